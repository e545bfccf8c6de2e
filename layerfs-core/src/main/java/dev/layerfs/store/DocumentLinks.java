package dev.layerfs.store;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Manifest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What documents lead to. Each is read once: documents never change, so that whoever has to hold the store's lock can have
 * most of them read before.
 */
final class DocumentLinks {
  private final Documents documents;
  private final Map<Digest, List<Descriptor>> indexes = new ConcurrentHashMap<>();
  private final Map<Digest, Image> manifests = new ConcurrentHashMap<>();
  private final Map<Digest, List<DiffId>> configs = new ConcurrentHashMap<>();

  DocumentLinks(Documents documents) {
    this.documents = documents;
  }

  /** The blobs that a manifest names. */
  record Image(Descriptor config, List<Descriptor> layers) {}

  boolean has(Descriptor document) {
    return documents.has(document.digest());
  }

  /** Returns the entries of an index. */
  List<Descriptor> entries(Descriptor index) throws IOException {
    List<Descriptor> known = indexes.get(index.digest());
    if (known == null) {
      known = Index.parse(index, documents.read(index), Documents.LIMITS).manifests();
      indexes.put(index.digest(), known);
    }
    return known;
  }

  /** Returns what a manifest names. */
  Image image(Descriptor manifest) throws IOException {
    Image known = manifests.get(manifest.digest());
    if (known == null) {
      Manifest read = documents.manifest(manifest);
      known = new Image(read.config(), read.layers());
      manifests.put(manifest.digest(), known);
    }
    return known;
  }

  /** Returns the layers that the config of an image's manifest names. */
  List<DiffId> diffIds(Descriptor manifest, Descriptor config) throws IOException {
    List<DiffId> known = configs.get(config.digest());
    if (known == null) {
      known = documents.image(manifest).diffIds();
      configs.put(config.digest(), known);
    }
    return known;
  }
}
