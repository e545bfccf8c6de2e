package dev.layerfs.store;

import dev.layerfs.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Somewhere else that blobs of a store can be had from. Nothing of it is trusted. */
@FunctionalInterface
public interface BlobSource {
  /**
   * Opens a blob.
   *
   * @return its bytes, unverified, to be closed; empty if it is not there
   */
  Optional<InputStream> open(Descriptor blob) throws IOException;
}
