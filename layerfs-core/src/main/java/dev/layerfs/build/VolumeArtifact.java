package dev.layerfs.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.posix.PosixView;
import dev.layerfs.store.Images;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.LayerStack;
import dev.layerfs.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Volumes as OCI artifacts of a store: a manifest without a config, and one layer with all that is in the volume. */
public final class VolumeArtifact {
  private final Store store;

  /**
   * Prepares.
   *
   * @param store where artifacts are
   */
  public VolumeArtifact(Store store) {
    this.store = store;
  }

  /**
   * Makes an artifact.
   *
   * @param tree what is in the volume, which must not change
   * @param name the artifact's name
   * @return the digest of its manifest
   */
  public Digest export(PosixView tree, Reference name) throws IOException {
    Digest made;
    try (Ingest ingest = store.ingest(Limits.DEFAULT)) {
      TreeEntries entries = TreeEntries.ofAll(tree, new TimeClamp(Optional.empty()));
      Ingest.NewLayer layer = ingest.newLayer(entries, MediaType.LayerCompression.GZIP);
      Manifest manifest = Manifest.ofArtifact(MediaType.LAYERFS_VOLUME, List.of(layer.blob()));
      Descriptor descriptor = manifest.descriptor().withArtifactType(MediaType.LAYERFS_VOLUME);
      made = descriptor.digest();
      ingest.protect(
          Set.of(made, manifest.config().digest(), layer.blob().digest()), Set.of(), Set.of());
      ImageAssembly.addDocument(ingest, manifest.config(), Manifest.NO_CONFIG.getBytes(UTF_8));
      ImageAssembly.addDocument(ingest, descriptor, manifest.bytes());
      ingest.commit(list -> list.with(descriptor, name.toString()));
    }
    store.images().sweepGarbage(); // the layer file, which only images need
    return made;
  }

  /**
   * Opens what an artifact holds.
   *
   * @param reference a name or digest of the store
   * @return its layers, to be closed
   * @throws UnsupportedImageException if it is not one manifest with layers
   */
  public LayerStack open(String reference) throws IOException {
    Images.Contents contents = store.images().contents(store.images().entry(reference));
    if (contents.manifests().size() != 1) {
      throw new UnsupportedImageException(reference, "is no volume, but an index");
    }
    List<Descriptor> layers = contents.manifests().get(0).layers();
    for (Descriptor layer : layers) {
      if (!layer.mediaType().isLayer()) {
        throw new UnsupportedImageException(
            reference, "has what is no layer, as a volume has: " + layer.mediaType());
      }
    }
    return store.openLayers(layers, Limits.DEFAULT);
  }
}
