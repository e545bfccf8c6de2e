package dev.layerfs;

import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import java.io.IOException;
import java.util.List;

/** An image of the store: immutable. */
public interface Image {
  /** Digest of its manifest. */
  Digest digest();

  /** The tags that point at it or at an index with it. */
  List<String> names();

  Platform platform();

  Manifest manifest();

  ImageConfig config();

  /** Bottom first. */
  List<LayerInfo> layers() throws IOException;

  /** Read-only root, nothing unpacked. */
  Rootfs open() throws IOException;
}
