package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list of images that has changed although its file looks the same: inode, size and time are those of the old one. */
final class ReplacedListTest {
  @TempDir
  Path temporary;

  @Test
  void aYoungListIsComparedByItsBytes() throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("a", "a"));
    try (LayerStore store = LayerStore.open(temporary.resolve("store"))) {
      Path layout = new TestLayout().image("one", image).write(temporary.resolve("layout"));
      Image loaded = store.load(layout).get(0);
      Path list = store.directory().resolve("index.json");
      FileTime time = FileTime.from(Instant.now().plus(Duration.ofHours(1)));
      Files.setLastModifiedTime(list, time);
      assertEquals(loaded.digest(), store.image("one").digest());
      Files.writeString(list, Files.readString(list).replace("library/one", "library/two"));
      Files.setLastModifiedTime(list, time);
      assertEquals(loaded.digest(), store.image("two").digest());
      assertThrows(NotFoundException.class, () -> store.image("one"));
    }
  }
}
