package dev.layerfs.transfer;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Manifest;
import dev.layerfs.store.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What loading an offer adds: documents that have been read and checked, and layers that have not.
 *
 * @param descriptor of the manifest or index that gets the names, and nothing else that the source says of it
 * @param names full names, from the source or the caller
 * @param indexes the index and those in it, if it is one
 * @param images the images chosen
 */
record LoadPlan(
    Descriptor descriptor, List<String> names, List<Document> indexes, List<Image> images) {

  /** A document as it was read. */
  record Document(Descriptor descriptor, byte[] content) {
    Digest digest() {
      return descriptor.digest();
    }
  }

  /** An image by its documents. */
  record Image(Manifest manifest, ImageConfig config) {
    /** The layer at a height, by its two promises. */
    Layer layer(int height) {
      return new Layer(manifest.layers().get(height), config.diffIds().get(height));
    }
  }

  /** A layer: what its blob and its uncompressed content are promised to be. */
  record Layer(Descriptor blob, DiffId diffId) {}

  Set<Digest> blobs() {
    Set<Digest> blobs = new HashSet<>();
    indexes.forEach(index -> blobs.add(index.digest()));
    for (Image image : images) {
      blobs.add(image.manifest().descriptor().digest());
      blobs.add(image.manifest().config().digest());
      image.manifest().layers().forEach(layer -> blobs.add(layer.digest()));
    }
    return blobs;
  }

  Set<DiffId> diffIds() {
    Set<DiffId> diffIds = new HashSet<>();
    images.forEach(image -> diffIds.addAll(image.config().diffIds()));
    return diffIds;
  }

  Set<ChainId> chainIds() {
    Set<ChainId> chainIds = new HashSet<>();
    images.forEach(image -> chainIds.add(Trees.chainId(image.config().diffIds())));
    return chainIds;
  }
}
