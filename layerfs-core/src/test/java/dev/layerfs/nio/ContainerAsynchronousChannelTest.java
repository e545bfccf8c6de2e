package dev.layerfs.nio;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous channels of a container on a disk, whose host closes channels when a thread is interrupted. */
final class ContainerAsynchronousChannelTest extends AsynchronousChannelContract {
  @TempDir
  Path temp;

  private LayerStore store;
  private Container container;

  @Override
  Path newFile() throws IOException {
    store = LayerStore.open(temp.resolve("store"));
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "of the image"));
    store.load(new TestLayout().image("image:1", image).write(temp.resolve("layout")));
    container = store.create(store.image("image:1"));
    return container.root().resolve("file");
  }

  @AfterEach
  void close() throws IOException {
    container.close();
    store.close();
  }
}
