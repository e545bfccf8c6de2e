package dev.layerfs.transfer;

import dev.layerfs.changeset.Compression;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Limits;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out what kind of source something is, and opens it as that. */
final class SourceOpener {
  private static final String ARCHIVE = "image archive";

  private final Limits limits;
  private final Spool spool;

  SourceOpener(Limits limits, Spool spool) {
    this.limits = limits;
    this.spool = spool;
  }

  ImageSource open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return openDirectory(path);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      return compression(in) == Compression.NONE ? openTar(path) : open(in);
    }
  }

  ImageSource open(InputStream archive) throws IOException {
    InputStream buffered = new BufferedInputStream(uncloseable(archive));
    try (InputStream in = compression(buffered).decompress(buffered, ARCHIVE, limits)) {
      return openTar(spool.keep(in));
    }
  }

  private ImageSource openDirectory(Path path) throws IOException {
    LayoutDirectory files = LayoutDirectory.of(path);
    if (!files.has(ImageLayout.MARKER_FILE)) {
      throw new MalformedImageException(
          path.toString(), "no OCI image layout: it has no file oci-layout");
    }
    files.requireBlobs();
    return OciLayout.open(files, limits);
  }

  /**
   * The layout is preferred, for its digests are the image's own. Docker 25 and later write both, but an index without
   * entries for an image that was never tagged.
   */
  private ImageSource openTar(Path tar) throws IOException {
    ImageArchive files = ImageArchive.index(tar, ARCHIVE, limits);
    if (files.has(ImageLayout.MARKER_FILE)) {
      OciLayout layout = OciLayout.open(files, limits);
      if (!layout.offers().isEmpty() || !files.has(DockerArchive.MANIFEST_FILE)) {
        return layout;
      }
    }
    if (files.has(DockerArchive.MANIFEST_FILE)) {
      return DockerArchive.open(files, limits);
    }
    throw new MalformedImageException(
        ARCHIVE, "neither an OCI layout (no oci-layout) nor a docker-archive (no manifest.json)");
  }

  private static Compression compression(InputStream in) throws IOException {
    in.mark(Compression.MAGIC_LENGTH);
    byte[] head = in.readNBytes(Compression.MAGIC_LENGTH);
    in.reset();
    return Compression.detect(head, head.length);
  }

  private static InputStream uncloseable(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return in.read(b, off, len);
      }

      @Override
      public void close() {
        // The caller's to close.
      }
    };
  }
}
