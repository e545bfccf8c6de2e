package dev.layerfs.bench.scale;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.bench.BenchImage;
import dev.layerfs.bench.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stores for experiments. */
final class Stores {
  private Stores() {}

  /** Opens the store in {@code scratch}, which makes nothing durable. */
  static LayerStore open(Scratch scratch) throws IOException {
    return LayerStore.open(
        directory(scratch), StoreOptions.builder().unsafeNoSync().build());
  }

  /** Returns the directory of the store in {@code scratch}. */
  static Path directory(Scratch scratch) {
    return scratch.directory().resolve("store");
  }

  /** Makes an image, loads it and deletes its archive. */
  static Image load(LayerStore store, BenchImage content, Scratch scratch) throws IOException {
    Path archive = scratch.directory().resolve("image.tar");
    content.write(archive);
    Image image = store.load(archive).get(0);
    Files.delete(archive);
    return image;
  }
}
