package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads manifests, configs and indexes of the store. Whatever is read is compared with its digest. */
final class Documents {
  static final Limits LIMITS = Limits.DEFAULT.toBuilder()
      .maxDocumentBytes(256 << 20)
      .maxIndexEntries(1_000_000)
      .maxLayers(1_000_000)
      .build();

  /** A document is not longer than this if nothing but its content says that it is one. */
  static final long MAX_GUESSED = 8 << 20;

  private final StorePaths paths;

  Documents(StorePaths paths) {
    this.paths = paths;
  }

  boolean has(Digest digest) {
    return Files.exists(paths.blob(digest));
  }

  /**
   * Reads a document.
   *
   * @throws NoSuchFileException if the store does not have it
   * @throws StoreCorruptException if it is not what its digest says
   */
  byte[] read(Descriptor descriptor) throws IOException {
    try (InputStream in = Files.newInputStream(paths.blob(descriptor.digest()))) {
      byte[] content = in.readNBytes(LIMITS.maxDocumentBytes());
      descriptor.verify(content);
      return content;
    } catch (DigestMismatchException e) {
      throw new StoreCorruptException("blob " + descriptor.digest(), "the content is damaged");
    }
  }

  /** An image without its names. */
  StoredImage image(Descriptor descriptor) throws IOException {
    Manifest manifest = manifest(descriptor);
    ImageConfig config = ImageConfig.parse(manifest, read(manifest.config()), LIMITS);
    ChainId chainId = Trees.chainId(config.diffIds());
    return new StoredImage(descriptor, List.of(), manifest, config, chainId);
  }

  Manifest manifest(Descriptor descriptor) throws IOException {
    return Manifest.parse(descriptor, read(descriptor), LIMITS);
  }

  /** The indexes and manifests that make up an entry of the list of images, as far as the store has them. */
  Graph graph(Descriptor entry) throws IOException {
    Graph graph = new Graph(new ArrayList<>(), new ArrayList<>());
    walk(entry, graph, new HashSet<>(), 0);
    return graph;
  }

  /**
   * What an entry leads to.
   *
   * @param indexes descriptors of indexes
   * @param manifests descriptors of manifests, in the order of the indexes
   */
  record Graph(List<Descriptor> indexes, List<Descriptor> manifests) {
    boolean has(Digest digest) {
      return manifests.stream().anyMatch(manifest -> manifest.digest().equals(digest))
          || indexes.stream().anyMatch(index -> index.digest().equals(digest));
    }
  }

  private void walk(Descriptor descriptor, Graph graph, Set<Digest> visited, int depth)
      throws IOException {
    if (!visited.add(descriptor.digest()) || !has(descriptor.digest())) {
      return;
    }
    if (!descriptor.mediaType().isIndex()) {
      graph.manifests().add(descriptor);
      return;
    }
    if (depth >= LIMITS.maxIndexDepth()) {
      throw new MalformedImageException("index " + descriptor.digest(), "is nested too deeply");
    }
    graph.indexes().add(descriptor);
    Index index = Index.parse(descriptor, read(descriptor), LIMITS);
    for (Descriptor child : index.manifests()) {
      walk(child, graph, visited, depth + 1);
    }
  }
}
