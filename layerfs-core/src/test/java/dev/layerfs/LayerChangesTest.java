package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the front door tells of an image's layers. */
final class LayerChangesTest {
  @TempDir
  private Path temporary;

  private static TestImage image() {
    return new TestImage()
        .layer(new TarBuilder().directory("etc/").file("etc/motd", "hello").file("old", "12345"))
        .layer(new TarBuilder()
            .file("etc/motd", "hello")
            .whiteout("", "old")
            .hardLink("copy", "etc/motd"));
  }

  @Test
  void areThoseOfEachLayerInTurn() throws IOException {
    Path layout = new TestLayout().image("a:1", image()).write(temporary.resolve("layout"));
    try (LayerStore store = LayerStore.open(temporary.resolve("store"))) {
      Image image = store.load(layout).get(0);
      try (Stream<LayerChange> changes = image.layerChanges()) {
        assertEquals(
            List.of(
                "0 A /etc", "0 A /old", "0 A /etc/motd", "1 D /old", "1 A /copy", "1 C /etc/motd"),
            changes
                .map(c -> c.layer() + " " + c.kind().letter() + " " + c.path())
                .toList());
      }
      try (Stream<LayerChange> changes = image.layerChanges()) {
        List<LayerChange> files = changes.filter(c -> c.stat().isPresent()).toList();
        LayerChange copy = files.get(3);
        LayerChange motd = files.get(4);
        assertEquals(
            copy.stat().orElseThrow().inode(), motd.stat().orElseThrow().inode());
        assertEquals(1, copy.origin());
      }
    }
  }

  @Test
  void areOfLayersThatAreMadeAgainIfTheyAreMissing() throws IOException {
    Path layout = new TestLayout().image("a:1", image()).write(temporary.resolve("layout"));
    Path directory = temporary.resolve("store");
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(layout);
    }
    try (Stream<Path> files = Files.walk(directory.resolve("layerfs/layers"))) {
      for (Path file : files.filter(f -> f.endsWith("layer.erofs")).toList()) {
        Files.delete(file);
      }
    }
    try (LayerStore store = LayerStore.open(directory);
        Stream<LayerChange> changes = store.image("a:1").layerChanges()) {
      assertEquals(6, changes.count());
    }
  }
}
