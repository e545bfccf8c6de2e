package dev.layerfs;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import dev.layerfs.store.BlobSource;
import dev.layerfs.store.Closing;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.Store;
import dev.layerfs.transfer.ImageSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The places that a repair takes blobs from, open until this is closed. */
final class RepairSources implements Closeable {
  private final List<BlobSource> all = new ArrayList<>();
  private final Deque<Closeable> open = new ArrayDeque<>();

  private RepairSources() {}

  static RepairSources open(CheckOptions options, Store store) throws IOException {
    RepairSources sources = new RepairSources();
    try {
      for (CheckOptions.Source source : options.repair() ? options.sources() : noSources()) {
        sources.add(source, store);
      }
      return sources;
    } catch (IOException | RuntimeException e) {
      sources.close();
      throw e;
    }
  }

  private static List<CheckOptions.Source> noSources() {
    return List.of();
  }

  List<BlobSource> all() {
    return all;
  }

  private void add(CheckOptions.Source source, Store store) throws IOException {
    if (source instanceof CheckOptions.FromPath local) {
      Ingest ingest = closing(store.ingest(Limits.DEFAULT));
      add(closing(ImageSource.open(local.path(), Limits.DEFAULT, ingest::spool)));
    } else if (source instanceof CheckOptions.FromRegistry remote) {
      Optional<RegistryClient> given = remote.options().client();
      RegistryClient client =
          given.isPresent() ? given.get() : closing(RegistryClient.open(RegistryOptions.DEFAULT));
      Reference reference = RegistryTransfers.reference(remote.reference());
      add(client, reference);
    }
  }

  /** A registry that can't be reached, or refuses, is one that does not have the blobs: others may have them. */
  private void add(RegistryClient client, Reference reference) throws NotFoundException {
    try {
      add(closing(RegistrySource.open(client, reference)));
    } catch (NotFoundException e) {
      throw e; // it was asked for by a wrong name
    } catch (IOException e) {
      all.add(blob -> {
        throw e;
      });
    }
  }

  private <T extends Closeable> T closing(T closeable) {
    open.push(closeable);
    return closeable;
  }

  private void add(ImageSource source) {
    all.add(blob -> find(source, blob));
  }

  private static Optional<InputStream> find(ImageSource source, Descriptor blob)
      throws IOException {
    try {
      return Optional.of(source.open(blob));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    Closing.all(open);
  }
}
