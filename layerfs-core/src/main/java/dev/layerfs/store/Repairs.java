package dev.layerfs.store;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes objects again: blobs from elsewhere, layer files from blobs, trees from layer files. Each is made beside the old one,
 * verified, and takes its place as one that is loaded does; so a crash leaves the old or the new, and whoever uses the old
 * one keeps it.
 */
final class Repairs {
  private final Store store;
  private final List<BlobSource> sources;

  Repairs(Store store, List<BlobSource> sources) {
    this.store = store;
    this.sources = sources;
  }

  /**
   * Fetches a blob. A source that fails, or has something else, does not keep the next one from being asked.
   *
   * @return whether a source has had it
   * @throws IOException if none has had it and some failed, with the messages of all; at once if the thread is interrupted
   */
  boolean blob(Descriptor blob) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (BlobSource source : sources) {
      try {
        if (fetch(blob, source)) {
          return true;
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw together(failures);
    }
    return false;
  }

  /**
   * Sees to it that a blob is there as a file: it is fetched, or made of its recipe, if that is damaged and makes it even so.
   *
   * @return whether it was
   */
  boolean blobFile(Descriptor blob) throws IOException {
    if (!blob(blob)) {
      return false;
    }
    store.openBlob(blob).close();
    return true;
  }

  private boolean fetch(Descriptor blob, BlobSource source) throws IOException {
    Optional<InputStream> found = source.open(blob);
    if (found.isEmpty()) {
      return false;
    }
    try (InputStream raw = found.get();
        Ingest ingest = ingest()) {
      ingest.blob(blob, raw, bytes -> {});
      ingest.commit(list -> list);
      return true;
    }
  }

  private static IOException together(List<IOException> failures) {
    String messages =
        failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
    IOException all = new IOException(messages, failures.get(0));
    failures.subList(1, failures.size()).forEach(all::addSuppressed);
    return all;
  }

  /**
   * Makes a layer file of one of its blobs. One that was discarded can't be made again of what is damaged, and is fetched.
   *
   * @return whether one of them is there and right, or was fetched
   */
  boolean layer(Set<References.LayerSource> blobs) throws IOException {
    for (References.LayerSource source : blobs) {
      if (layer(source)) {
        return true;
      }
    }
    for (References.LayerSource source : blobs) {
      if (blob(source.blob()) && layer(source)) {
        return true;
      }
    }
    return false;
  }

  private boolean layer(References.LayerSource source) throws IOException {
    try (Ingest ingest = ingest()) {
      if (!ingest.hasBlob(source.blob())) {
        return false;
      }
      try (InputStream raw = store.openBlob(source.blob())) {
        ingest.layer(source.blob(), source.diffId(), raw, bytes -> {});
      }
      ingest.commit(list -> list);
      return true;
    }
  }

  /** Makes the tree of a stack of layers that are all right. */
  boolean tree(List<DiffId> diffIds) throws IOException {
    try (Ingest ingest = ingest()) {
      ingest.tree(diffIds);
      ingest.commit(list -> list);
      return true;
    }
  }

  private Ingest ingest() throws IOException {
    Ingest ingest = store.ingest(Limits.DEFAULT);
    ingest.verifyExisting();
    return ingest;
  }
}
