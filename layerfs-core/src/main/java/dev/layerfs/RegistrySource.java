package dev.layerfs;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RemoteManifest;
import dev.layerfs.transfer.ImageSource;
import dev.layerfs.transfer.Offer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An image in a registry, to be loaded as one from an archive is. Its names are what the user calls it. */
final class RegistrySource implements ImageSource {
  /** Reading is a matter of waiting for the network. */
  private static final int LAYERS_AT_ONCE = 3;

  private final RegistryClient client;
  private final Reference reference;
  private final RemoteManifest root;
  private final Map<Digest, byte[]> indexes = new ConcurrentHashMap<>();

  private RegistrySource(RegistryClient client, Reference reference, RemoteManifest root) {
    this.client = client;
    this.reference = reference;
    this.root = root;
  }

  /** Asks the registry what the reference stands for. */
  static RegistrySource open(RegistryClient client, Reference reference) throws IOException {
    return new RegistrySource(client, reference, client.manifest(reference));
  }

  @Override
  public List<Offer> offers() {
    return List.of(new Offer(root.descriptor(), List.of()));
  }

  @Override
  public int layersAtOnce() {
    return Math.max(LAYERS_AT_ONCE, ImageSource.super.layersAtOnce());
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    Digest digest = blob.digest().requireVerifiable();
    Optional<byte[]> embedded = blob.data();
    if (embedded.isPresent()) {
      return new ByteArrayInputStream(embedded.get());
    }
    if (digest.equals(root.descriptor().digest())) {
      return new ByteArrayInputStream(root.content());
    }
    if (blob.mediaType().isIndex()) {
      return new ByteArrayInputStream(index(digest));
    }
    return blob.mediaType().isManifest()
        ? new ByteArrayInputStream(document(digest))
        : client.unverifiedBlob(reference, blob);
  }

  /** Indexes are read more than once: to find images, and to store them. */
  private byte[] index(Digest digest) throws IOException {
    byte[] known = indexes.get(digest);
    if (known == null) {
      known = document(digest);
      indexes.put(digest, known);
    }
    return known;
  }

  private byte[] document(Digest digest) throws IOException {
    Reference pinned = new Reference(
        reference.domain(), reference.repository(), Optional.empty(), Optional.of(digest));
    return client.manifest(pinned).content();
  }

  @Override
  public void close() {
    // The client is whoever's who opened it.
  }
}
