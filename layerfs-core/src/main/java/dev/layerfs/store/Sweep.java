package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes blobs, layers and trees that nothing needs: neither an entry of the list of images, nor a container, nor
 * anything that is under way. Where it can't be known what is needed, nothing is deleted.
 */
final class Sweep {
  private final Session session;
  private final StorePaths paths;
  private final Documents documents;
  private final ImageListFile list;
  private final ContainerList containers;

  Sweep(Session session, Documents documents, ImageListFile list, ContainerList containers) {
    this.session = session;
    this.paths = session.paths();
    this.documents = documents;
    this.list = list;
    this.containers = containers;
  }

  /** What is needed, by the names of the files. */
  private record Needed(Set<Path> files) {
    Needed() {
      this(new HashSet<>());
    }
  }

  /**
   * Deletes what nothing needs; the caller has the store's lock.
   *
   * @return bytes of the files that were deleted
   * @throws StoreCorruptException if a document or record that says what is needed can't be read; nothing was deleted
   */
  long run() throws IOException {
    Needed needed = mark();
    long freed = 0;
    for (Path algorithm : StoreFiles.list(paths.blobs())) {
      freed += delete(algorithm, needed);
    }
    freed += delete(paths.layers(), needed);
    freed += delete(paths.trees(), needed);
    freed += delete(paths.extracted(), needed);
    return freed + new CoveredUppers(session).sweep();
  }

  private Needed mark() throws IOException {
    Needed needed = new Needed();
    for (Descriptor entry : list.read().entries()) {
      markEntry(entry, needed);
    }
    for (ContainerRecord container : containers.readAll()) {
      markManifest(container.image(), needed);
    }
    for (LeaseRecord use : session.uses()) {
      use.blobs().forEach(blob -> needed.files().add(paths.blob(blob)));
      use.layers().forEach(layer -> needed.files().add(paths.layer(layer)));
      use.trees().forEach(tree -> needed.files().add(paths.tree(tree)));
    }
    return needed;
  }

  private void markEntry(Descriptor entry, Needed needed) throws IOException {
    Documents.Graph graph = documents.graph(entry);
    for (Descriptor index : graph.indexes()) {
      needed.files().add(paths.blob(index.digest()));
    }
    for (Descriptor manifest : graph.manifests()) {
      markManifest(manifest, needed);
    }
  }

  private void markManifest(Descriptor descriptor, Needed needed) throws IOException {
    if (!needed.files().add(paths.blob(descriptor.digest()))
        || !documents.has(descriptor.digest())
        || !descriptor.mediaType().isManifest()) {
      return;
    }
    Manifest manifest = documents.manifest(descriptor);
    needed.files().add(paths.blob(manifest.config().digest()));
    for (Descriptor layer : manifest.layers()) {
      needed.files().add(paths.blob(layer.digest()));
    }
    if (manifest.config().mediaType().isImageConfig()
        && documents.has(manifest.config().digest())) {
      markLayers(documents.image(descriptor).diffIds(), needed);
    }
  }

  private void markLayers(List<DiffId> diffIds, Needed needed) {
    for (DiffId diffId : diffIds) {
      needed.files().add(paths.layer(diffId));
    }
    needed.files().add(paths.tree(Trees.chainId(diffIds)));
    needed.files().add(paths.extracted(Trees.chainId(diffIds)));
  }

  private long delete(Path directory, Needed needed) throws IOException {
    long freed = 0;
    for (Path file : StoreFiles.list(directory)) {
      if (!needed.files().contains(file)) {
        freed += session.delete(file);
      }
    }
    return freed;
  }
}
