package dev.layerfs;

import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image of a store. Immutable: a snapshot, which stays what it is when tags move later. Two are equal if their digests
 * are. Safe for use by several threads; operations that read the store fail once the store is closed.
 */
public interface Image {
  /**
   * Returns the digest of the manifest, which identifies the image.
   *
   * @return the manifest's digest
   */
  Digest digest();

  /**
   * Returns the names that point at it, or at an index it is part of.
   *
   * @return full names with tag, such as {@code docker.io/library/debian:12}, sorted; empty for an untagged image
   */
  List<String> names();

  /**
   * Returns the platform it was made for.
   *
   * @return the platform, from its config
   */
  Platform platform();

  /**
   * Returns the manifest.
   *
   * @return the manifest
   */
  Manifest manifest();

  /**
   * Returns the config: entry point, environment, history and the rest.
   *
   * @return the config
   */
  ImageConfig config();

  /**
   * Returns its layers.
   *
   * @return the layers, the bottom one first
   * @throws IOException if a layer's record can't be read
   */
  List<LayerInfo> layers() throws IOException;

  /**
   * Returns the bytes of all blobs of the image: manifest, config and compressed layers, each once, whether other images
   * share them or not.
   *
   * @return bytes
   */
  long blobBytes();

  /**
   * Returns the bytes of content of the files of all layers, also of files that a higher layer replaces or removes.
   *
   * @return bytes
   * @throws IOException if a layer's record can't be read
   */
  long contentBytes() throws IOException;

  /**
   * Opens the image's root file system, read-only. Nothing is unpacked.
   *
   * @return an open root file system, to be closed
   * @throws dev.layerfs.error.NotFoundException if the image was removed
   * @throws IOException if a layer is missing or damaged
   */
  Rootfs open() throws IOException;

  /**
   * Tells what each layer does to the root file system that the layers beneath it make: what it has, also what it has again without
   * a difference, and what it removes. Where the entries of a layer come to lie is told as {@link #open} shows them.
   *
   * @return the layers' changes, the bottom layer first; of each what it removes (the topmost path of each tree), then what it has,
   *     each directory before what is in it. It has to be closed or read to its end. It throws {@link java.io.UncheckedIOException}
   *     if a layer can't be read. It takes memory for each file of the image (some 200 bytes)
   * @throws IOException if a layer is missing or damaged
   */
  Stream<LayerChange> layerChanges() throws IOException;

  /**
   * Compares the root file systems of two images.
   *
   * @param base an image of the same store
   * @return how this image differs from the base, each directory before what is in it. Both images are open until the stream is
   *     closed or has come to its end. It throws {@link java.io.UncheckedIOException} if one can't be read
   * @throws IOException if one can't be opened
   */
  Stream<Change> changesFrom(Image base) throws IOException;
}
