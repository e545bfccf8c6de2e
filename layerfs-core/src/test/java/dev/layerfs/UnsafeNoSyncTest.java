package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.crash.CrashFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store makes everything durable, or, if its owner says so, nothing. */
final class UnsafeNoSyncTest {
  @TempDir
  Path temporary;

  /** Returns how often a store makes something durable that is made, loads an image, names it, and makes a container. */
  private long forces(StoreOptions options) throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "image"));
    Path layout = new TestLayout()
        .image("image", image)
        .write(Files.createTempDirectory(temporary, "layout"));
    try (CrashFileSystem disk = CrashFileSystem.create();
        LayerStore store = LayerStore.open(disk.root().resolve("store"), options)) {
      Image loaded = store.load(layout).get(0);
      store.tag(loaded.digest().toString(), "docker.io/library/next:1");
      store.create(loaded).close();
      return disk.forces();
    }
  }

  @Test
  void nothingIsForcedIfTheOwnerSaysSo() throws IOException {
    assertEquals(0, forces(StoreOptions.builder().unsafeNoSync().build()));
  }

  @Test
  void everythingIsForcedIfNot() throws IOException {
    long forces = forces(StoreOptions.DEFAULT);
    assertTrue(
        forces > 30,
        () -> forces + " forces"); // 4 files, 3 objects, 2 records twice, all the directories
  }
}
