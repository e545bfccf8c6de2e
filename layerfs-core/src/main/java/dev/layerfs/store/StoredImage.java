package dev.layerfs.store;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Manifest;
import java.util.List;

/**
 * An image of the store, by its documents. Immutable.
 *
 * @param descriptor of its manifest
 * @param names full names that point at it, sorted
 * @param manifest its manifest
 * @param config its config
 * @param chainId what its stack of layers is known by
 */
public record StoredImage(
    Descriptor descriptor,
    List<String> names,
    Manifest manifest,
    ImageConfig config,
    ChainId chainId) {
  /** Returns the digest of its manifest. */
  public Digest digest() {
    return descriptor.digest();
  }

  /** Returns its layers, bottom first. */
  public List<DiffId> diffIds() {
    return config.diffIds();
  }

  StoredImage withNames(List<String> other) {
    return new StoredImage(descriptor, other, manifest, config, chainId);
  }
}
