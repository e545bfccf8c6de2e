package dev.layerfs.store;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Manifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an image consists of, to be read: no removal takes it away before this is closed. Safe for use by several threads.
 */
public final class ImageBlobs implements Closeable {
  private final Documents documents;
  private final Blobs store;
  private final Session session;
  private final Path lease;
  private final Descriptor root;
  private final List<Descriptor> indexes;
  private final List<Manifest> manifests;

  private ImageBlobs(
      Documents documents,
      Blobs store,
      Session session,
      Path lease,
      Descriptor root,
      List<Descriptor> indexes,
      List<Manifest> manifests) {
    this.documents = documents;
    this.store = store;
    this.session = session;
    this.lease = lease;
    this.root = root;
    this.indexes = List.copyOf(indexes);
    this.manifests = List.copyOf(manifests);
  }

  static ImageBlobs hold(Session session, Documents documents, Blobs store, Descriptor root)
      throws IOException {
    Documents.Graph graph = documents.graph(root);
    List<Manifest> manifests = new ArrayList<>();
    for (Descriptor manifest : graph.manifests()) {
      manifests.add(documents.manifest(manifest));
    }
    List<Descriptor> indexes = new ArrayList<>(graph.indexes());
    Collections.reverse(indexes); // found from the root, so the last ones lead to no other
    Path lease = session.newLease();
    ImageBlobs held = new ImageBlobs(documents, store, session, lease, root, indexes, manifests);
    LeaseRecord record = new LeaseRecord(held.digests(), Set.<DiffId>of(), Set.<ChainId>of());
    session.hold(lease, record);
    return held;
  }

  private Set<Digest> digests() {
    Set<Digest> digests = new HashSet<>();
    indexes.forEach(index -> digests.add(index.digest()));
    manifests.forEach(manifest -> digests.add(manifest.descriptor().digest()));
    blobs().forEach(blob -> digests.add(blob.digest()));
    return digests;
  }

  /** Returns the manifest or index that everything belongs to. */
  public Descriptor root() {
    return root;
  }

  /** Returns the indexes that the store has, each after those that it names; the root, if it is one, is the last. */
  public List<Descriptor> indexes() {
    return indexes;
  }

  /** Returns the manifests that the store has, in the order of the indexes. */
  public List<Manifest> manifests() {
    return manifests;
  }

  /** Returns the configs and layers of the manifests, each once. */
  public List<Descriptor> blobs() {
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    for (Manifest manifest : manifests) {
      blobs.putIfAbsent(manifest.config().digest(), manifest.config());
      manifest.layers().forEach(layer -> blobs.putIfAbsent(layer.digest(), layer));
    }
    return List.copyOf(blobs.values());
  }

  /** Whether the store has everything that the indexes name. */
  public boolean isComplete() throws IOException {
    for (Descriptor index : indexes) {
      for (Descriptor entry :
          Index.parse(index, document(index), Documents.LIMITS).manifests()) {
        if (!documents.has(entry.digest())) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Reads a document.
   *
   * @throws dev.layerfs.error.StoreCorruptException if it is damaged
   */
  public byte[] document(Descriptor document) throws IOException {
    return documents.read(document);
  }

  /** Opens a blob, made again first if it was discarded; its content is not verified. */
  public InputStream open(Descriptor blob) throws IOException {
    return store.open(blob);
  }

  /** Lets go of it. */
  @Override
  public void close() throws IOException {
    session.io().unlinkIfExists(lease);
  }
}
