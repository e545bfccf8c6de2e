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
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What loading an offer adds: documents that have been read and checked, and layers that have not.
 *
 * @param descriptor of the manifest or index that gets the names, and nothing else that the source says of it
 * @param names full names, from the source or the caller
 * @param indexes the index and those in it, if it is one
 * @param images the images chosen
 * @param volumes the volumes, each without a config
 */
record LoadPlan(
    Descriptor descriptor,
    List<String> names,
    List<Document> indexes,
    List<Image> images,
    List<Volume> volumes) {

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
      return new Layer(
          manifest.layers().get(height), Optional.of(config.diffIds().get(height)));
    }

    List<Layer> layers() {
      return IntStream.range(0, config.diffIds().size()).mapToObj(this::layer).toList();
    }
  }

  /** A volume by its documents. */
  record Volume(Manifest manifest, byte[] config) {
    List<Layer> layers() {
      return manifest.layers().stream()
          .map(layer -> new Layer(layer, Optional.empty()))
          .toList();
    }
  }

  /** A layer: what its blob is promised to be, and its uncompressed content if it is to be read. */
  record Layer(Descriptor blob, Optional<DiffId> diffId) {}

  Set<Digest> blobs() {
    Set<Digest> blobs = new HashSet<>();
    indexes.forEach(index -> blobs.add(index.digest()));
    images.forEach(image -> addBlobs(image.manifest(), blobs));
    volumes.forEach(volume -> addBlobs(volume.manifest(), blobs));
    return blobs;
  }

  private static void addBlobs(Manifest manifest, Set<Digest> blobs) {
    blobs.add(manifest.descriptor().digest());
    blobs.add(manifest.config().digest());
    manifest.layers().forEach(layer -> blobs.add(layer.digest()));
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
