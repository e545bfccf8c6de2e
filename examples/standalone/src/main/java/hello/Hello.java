package hello;

import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The README's example, and nothing else. */
public final class Hello {
  private Hello() {}

  /**
   * Runs it in the current directory, where {@code debian.tar} is an image.
   *
   * @param args none
   * @throws IOException if there is no image, or the store can't be written
   */
  public static void main(String[] args) throws IOException {
    try (LayerStore store = LayerStore.open(Path.of("images"))) {
      Image image = store.load(Path.of("debian.tar")).get(0);
      try (Container container = store.create(image)) {
        Files.writeString(container.root().resolve("etc/motd"), "hello\n");
        container.changes().forEach(System.out::println);
        container.commit("debian:hello");
      }
    }
  }
}
