package dev.layerfs.transfer;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A place that images are read from. Nothing in it is trusted: {@link #open} hands out what is there under a digest, and
 * whoever reads it checks it. Safe for use by several threads.
 */
public interface ImageSource extends Closeable {
  /**
   * Returns the images the source offers.
   *
   * @return the offers in the source's order; an image with several names is one offer
   * @throws IOException if they can't be read
   */
  List<Offer> offers() throws IOException;

  /**
   * Opens a blob.
   *
   * @param blob what is wanted
   * @return the content that is there, unverified; ends early if it is shorter than it should be
   * @throws dev.layerfs.error.NotFoundException if the source doesn't have it
   * @throws dev.layerfs.error.UnsupportedImageException if its digest can't be verified
   * @throws IOException if it can't be opened
   */
  InputStream open(Descriptor blob) throws IOException;

  /**
   * Returns how many layers should be read at once.
   *
   * @return as many as there are processors, unless reading is more a matter of waiting
   */
  default int layersAtOnce() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * Opens an OCI layout directory, or an archive as {@link #open(InputStream, Limits, Spool)} describes it.
   *
   * @param path the directory or file
   * @param limits bounds on what is read
   * @param spool keeps a decompressed archive; the caller deletes it after closing the source
   * @return the source
   * @throws dev.layerfs.error.MalformedImageException if it is none of these, or breaks its format's rules
   * @throws IOException if it can't be read
   */
  static ImageSource open(Path path, Limits limits, Spool spool) throws IOException {
    return new SourceOpener(limits, spool).open(path);
  }

  /**
   * Reads an archive to its end and opens it: an OCI layout in a tar, or what {@code docker save} and its like write; either
   * compressed with gzip, zstd, xz or bzip2, or not.
   *
   * @param archive the archive; not closed
   * @param limits bounds on what is read
   * @param spool keeps a copy of the archive; the caller deletes it after closing the source
   * @return the source
   * @throws dev.layerfs.error.MalformedImageException if it is neither, or breaks its format's rules
   * @throws IOException if it can't be read
   */
  static ImageSource open(InputStream archive, Limits limits, Spool spool) throws IOException {
    return new SourceOpener(limits, spool).open(archive);
  }
}
