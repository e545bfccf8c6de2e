package dev.layerfs.provider;

import dev.layerfs.LayerStore;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.nio.LayerUri;
import dev.layerfs.oci.ImageLayout;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A store that a file system is opened from: one that was opened for it, and is closed with it, or one that the program has
 * open anyway.
 *
 * @param store the open store
 * @param end closes the store, or does nothing
 */
record StoreUse(LayerStore store, Closeable end) implements Closeable {
  /** The key of the environment that says where the store is, if the URI doesn't. */
  static final String KEY = "store";

  /** Where a store comes from. */
  @FunctionalInterface
  interface Source {
    /**
     * Opens the store.
     *
     * @throws NotFoundException if there is none
     */
    StoreUse open() throws IOException;
  }

  /**
   * Returns where the store is that a URI and an environment name.
   *
   * @throws IllegalArgumentException if neither does, or both do, or the environment's value is none
   */
  static Source source(LayerUri uri, Map<String, ?> env) {
    Optional<URI> named = uri.store();
    Object value = env.get(KEY);
    if (named.isPresent()) {
      if (value != null) {
        throw new IllegalArgumentException("the URI names a store, and so does env '" + KEY + "'");
      }
      Path directory = Path.of(named.get());
      return () -> open(directory);
    }
    if (value instanceof LayerStore store) {
      return () -> new StoreUse(store, () -> {});
    }
    if (value instanceof Path directory) {
      return () -> open(directory);
    }
    if (value instanceof String text) {
      Path directory = Path.of(text);
      return () -> open(directory);
    }
    throw new IllegalArgumentException("the URI names no store, so env '" + KEY
        + "' has to be a LayerStore, or a Path or String that names its directory");
  }

  /** A directory that is not a store does not become one because somebody mistyped a URI. */
  private static StoreUse open(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(ImageLayout.MARKER_FILE))) {
      throw new NotFoundException("store", directory.toString());
    }
    LayerStore store = LayerStore.open(directory);
    return new StoreUse(store, store);
  }

  @Override
  public void close() throws IOException {
    end.close();
  }

  /** Closes the store after a failure. */
  void closeAfter(Exception cause) {
    try {
      close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
