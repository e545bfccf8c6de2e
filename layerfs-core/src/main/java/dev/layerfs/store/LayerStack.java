package dev.layerfs.store;

import dev.layerfs.changeset.LayerStream;
import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers of an artifact that is no image, as one tree of files. They are read as strictly as an image's; that no config
 * promises what they decompress to costs reading them once more. What is made of them goes when this is closed.
 */
public final class LayerStack implements Closeable {
  private final Images images;
  private final Ingest lease;
  private final ErofsImage tree;

  private LayerStack(Images images, Ingest lease, ErofsImage tree) {
    this.images = images;
    this.lease = lease;
    this.tree = tree;
  }

  /**
   * Reads the layers.
   *
   * @param lease adds them, and is closed with this
   * @param blobs layers of the store, bottom first
   * @throws NotFoundException if the store lacks one
   */
  static LayerStack open(
      Session session,
      Blobs store,
      Images images,
      Ingest lease,
      List<Descriptor> blobs,
      Limits limits)
      throws IOException {
    try {
      Set<Digest> digests = new HashSet<>();
      blobs.forEach(blob -> digests.add(blob.digest()));
      lease.protect(digests, Set.of(), Set.of());
      List<DiffId> diffIds = new ArrayList<>();
      for (Descriptor blob : blobs) {
        if (!lease.hasBlob(blob)) {
          throw new NotFoundException("blob of an artifact", blob.digest().toString());
        }
        diffIds.add(diffId(store, blob, limits));
      }
      Set<ChainId> chainIds = Set.of(Trees.chainId(diffIds));
      lease.protect(digests, new HashSet<>(diffIds), chainIds);
      for (int i = 0; i < blobs.size(); i++) {
        try (InputStream raw = store.open(blobs.get(i))) {
          lease.layer(blobs.get(i), diffIds.get(i), raw, bytes -> {});
        }
      }
      lease.commit(list -> list);
      return new LayerStack(images, lease, Trees.open(session, diffIds));
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static DiffId diffId(Blobs store, Descriptor blob, Limits limits) throws IOException {
    try (InputStream raw = store.open(blob);
        LayerStream plain = LayerImport.open(raw, "layer " + blob.digest(), limits)) {
      MessageDigest hash = Digest.sha256(new byte[0]).newMessageDigest();
      new DigestInputStream(plain, hash).transferTo(OutputStream.nullOutputStream());
      return new DiffId(Digest.ofSha256(hash.digest()));
    }
  }

  /** Returns the tree, until this is closed. */
  public ErofsImage tree() {
    return tree;
  }

  @Override
  public void close() throws IOException {
    try (lease) {
      tree.close();
    }
    images.sweepGarbage();
  }
}
