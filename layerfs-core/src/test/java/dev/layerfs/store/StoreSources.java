package dev.layerfs.store;

import static java.util.stream.Collectors.joining;

import dev.layerfs.registry.TestRegistry;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Where the images of a {@link StoreHistory} come from: two layouts, and a registry, which takes images as well. */
final class StoreSources implements Closeable {
  private static final String PULLED = "pulled";

  private final Path directory;
  private final TestRegistry registry;

  private StoreSources(Path directory, TestRegistry registry) {
    this.directory = directory;
    this.registry = registry;
  }

  /** Writes the layouts into a directory, and starts the registry. The images have a layer in common. */
  static StoreSources make(Path directory) throws IOException {
    write("one", directory, image("1".repeat(9000) + noise()));
    write("two", directory, image("2" + noise()));
    TestImage pulled = image("3".repeat(600));
    return new StoreSources(
        directory, new TestRegistry().image(PULLED, "1", pulled.manifest(), pulled.blobs()));
  }

  /** Text that does not become so short that nobody would discard the blob. */
  private static String noise() {
    return new Random(1).ints(900, 0, 10_000).mapToObj(Integer::toString).collect(joining(" "));
  }

  private static TestImage image(String content) {
    TarBuilder base = new TarBuilder()
        .directory("etc/")
        .file("etc/motd", "welcome ".repeat(700))
        .file("etc/gone", "to be deleted");
    return new TestImage().layer(base).layer(new TarBuilder().file("etc/own", content));
  }

  private static void write(String name, Path directory, TestImage image) throws IOException {
    new TestLayout().image(name, image).write(directory.resolve(name));
  }

  /** Returns what {@link StoreHistory#main} needs to find them, after the directory of the store. */
  Object[] arguments(Path store) {
    return new Object[] {store, directory, registry.host()};
  }

  /** Returns a history that uses them. */
  StoreHistory history(Path store) {
    return new StoreHistory(store, directory, registry.host());
  }

  /** Returns a layout, {@code one} or {@code two}. */
  Path layout(String name) {
    return directory.resolve(name);
  }

  /** Returns the name of the image in a registry. */
  static String pulled(String registry) {
    return registry + "/" + PULLED + ":1";
  }

  @Override
  public void close() {
    registry.close();
  }
}
