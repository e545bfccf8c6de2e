package dev.layerfs.build;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.ConfigEditor;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.posix.Timespec;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.Progress;
import dev.layerfs.store.Store;
import dev.layerfs.store.StoredImage;
import dev.layerfs.store.Trees;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes an image of another's lowest layers and one new layer, and puts it into the store under its name. */
final class ImageAssembly {
  /** The end of the year 9999, after which RFC 3339 has no times. */
  private static final long MAX_TIME = 253_402_300_799L;

  private final Store store;
  private final ImageRequest request;

  ImageAssembly(Store store, ImageRequest request) {
    this.store = store;
    this.request = request;
  }

  /**
   * What an image is made on.
   *
   * @param config the config to begin with
   * @param manifest the manifest to begin with, if there is one
   * @param layers the layers that stay, bottom first
   */
  record Basis(ImageConfig config, Optional<Manifest> manifest, List<Descriptor> layers) {
    /** An image, or the lowest of its layers. */
    static Basis of(StoredImage image, int layers) {
      ImageConfig config = ConfigEditor.of(image.config()).keepLayers(layers).build();
      return new Basis(
          layers == image.diffIds().size() ? image.config() : config,
          Optional.of(image.manifest()),
          image.manifest().layers().subList(0, layers));
    }
  }

  /**
   * Makes the image. No entries make no layer, but a step in the history that says so.
   *
   * @return the digest of its manifest
   */
  Digest make(Basis basis, LayerEntries entries) throws IOException {
    try (Ingest ingest = store.ingest(Limits.DEFAULT)) {
      Set<Digest> blobs = new HashSet<>();
      basis.layers().forEach(layer -> blobs.add(layer.digest()));
      List<DiffId> diffIds = new ArrayList<>(basis.config().diffIds());
      ingest.protect(blobs, new HashSet<>(diffIds), Set.of());
      requireAll(ingest, basis.layers());
      List<Descriptor> layers = new ArrayList<>(basis.layers());
      Optional<Ingest.NewLayer> added = entries.isEmpty()
          ? Optional.empty()
          : Optional.of(ingest.newLayer(watched(entries), request.compression()));
      added.ifPresent(layer -> {
        layers.add(layer.blob());
        diffIds.add(layer.diffId());
        blobs.add(layer.blob().digest());
      });
      ImageConfig config = config(basis, added.map(Ingest.NewLayer::diffId), entries.latest());
      Descriptor configBlob = Descriptor.ofContent(MediaType.OCI_CONFIG, config.bytes());
      Manifest manifest = manifest(basis, configBlob, layers);
      Descriptor image = manifest.descriptor().withPlatform(config.platform());
      blobs.add(configBlob.digest());
      blobs.add(image.digest());
      ingest.protect(blobs, new HashSet<>(diffIds), Set.of(Trees.chainId(diffIds)));
      addDocument(ingest, configBlob, config.bytes());
      addDocument(ingest, image, manifest.bytes());
      if (!ingest.hasTree(diffIds)) {
        ingest.tree(diffIds);
      }
      ingest.commit(list -> list.with(image, request.reference().toString()));
      return image.digest();
    }
  }

  private WatchedEntries watched(LayerEntries entries) {
    return new WatchedEntries(entries, new Progress(request.progress(), entries.total()));
  }

  /** Images may be removed until they are protected. */
  static void requireAll(Ingest ingest, List<Descriptor> blobs) throws IOException {
    for (Descriptor blob : blobs) {
      if (!ingest.hasBlob(blob)) {
        throw new NotFoundException("blob of an image", blob.digest().toString());
      }
    }
  }

  static void addDocument(Ingest ingest, Descriptor descriptor, byte[] content) throws IOException {
    if (!ingest.hasBlob(descriptor)) {
      ingest.document(descriptor, content);
    }
  }

  private ImageConfig config(Basis basis, Optional<DiffId> layer, Timespec latest) {
    Instant created = request.created().orElseGet(() -> created(basis, layer, latest));
    ConfigEditor editor = ConfigEditor.of(basis.config()).created(created);
    request.author().ifPresent(editor::author);
    request.config().accept(editor);
    ImageConfig.History step = new ImageConfig.History(
        Optional.of(created),
        Optional.of(request.createdBy()),
        request.author(),
        request.comment(),
        layer.isEmpty());
    layer.ifPresentOrElse(diffId -> editor.layer(diffId, step), () -> editor.step(step));
    return editor.build();
  }

  /** A clock would make two images of the same content. */
  private static Instant created(Basis basis, Optional<DiffId> layer, Timespec latest) {
    if (layer.isEmpty()) {
      return basis.config().created().orElse(Instant.EPOCH);
    }
    return Instant.ofEpochSecond(Math.min(latest.seconds(), MAX_TIME), latest.nanos());
  }

  private static Manifest manifest(Basis basis, Descriptor config, List<Descriptor> layers) {
    return basis.manifest().isPresent()
        ? basis.manifest().get().derive(config, layers)
        : Manifest.of(config, layers);
  }
}
