package dev.layerfs.testing;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;

/** A store that holds one image, and a container of it. */
public final class TestContainer implements Closeable {
  private static final String NAME = "image:1";

  private final LayerStore store;
  private final Container container;

  private TestContainer(LayerStore store, Container container) {
    this.store = store;
    this.container = container;
  }

  /** Makes a store in a directory that does not exist. */
  public static TestContainer in(Path directory, TestImage image) throws IOException {
    return of(LayerStore.open(directory, StoreOptions.builder().unsafeNoSync().build()), image);
  }

  /** Makes a store in memory. */
  public static TestContainer inMemory(TestImage image) throws IOException {
    return of(LayerStore.inMemory(), image);
  }

  private static TestContainer of(LayerStore store, TestImage image) throws IOException {
    try (FileSystem scratch = Jimfs.newFileSystem(Configuration.unix())) {
      store.load(new TestLayout().image(NAME, image).write(scratch.getPath("/layout")));
      return new TestContainer(store, store.create(store.image(NAME)));
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Returns the store. */
  public LayerStore store() {
    return store;
  }

  /** Returns the container. */
  public Container container() {
    return container;
  }

  /** Returns the container's root directory. */
  public Path root() {
    return container.root();
  }

  /** Closes the container and the store. */
  @Override
  public void close() throws IOException {
    try (store) {
      container.close();
    }
  }
}
