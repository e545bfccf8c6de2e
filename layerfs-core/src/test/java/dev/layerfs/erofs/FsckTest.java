package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is written here, fsck.erofs finds nothing wrong with. */
final class FsckTest {
  @TempDir
  Path directory;

  @BeforeEach
  void needsTools() {
    Tool.assume("fsck.erofs");
    Tool.assume("dump.erofs");
  }

  @Test
  void acceptsEveryKindOfLayer() throws IOException {
    Images images = new Images(directory);
    for (var sample : Samples.layers().entrySet()) {
      Path file = images.layer(sample.getKey(), sample.getValue());
      assertClean(file, List.of());
    }
  }

  @Test
  void acceptsTreesOfThoseLayers() throws IOException {
    Images images = new Images(directory);
    List<Path> layers = new ArrayList<>();
    for (var sample : Samples.layers().entrySet()) {
      layers.add(images.layer(sample.getKey(), sample.getValue()));
      assertClean(images.tree("tree" + layers.size(), layers), layers);
    }
  }

  @Test
  void acceptsAsManyLayersAsItCanOpen() throws IOException {
    Images images = new Images(directory);
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < 250; i++ /* fsck.erofs 1.5 has room for 256 */) {
      layers.add(images.layer(
          "layer" + i, new EntryList().file("d" + i % 7 + "/file" + i, "content " + i)));
    }
    assertClean(images.tree("tree", layers), layers);
  }

  @Test
  void dumpShowsTheSuperblock() throws IOException {
    Path file = new Images(directory).layer("layer", Samples.layers().get("small"));
    Tool.Result dump = Tool.run(List.of("dump.erofs", "-s", file.toString()));
    assertEquals(0, dump.status(), dump.output());
    assertTrue(dump.output().contains("01020304-0506-0708-090a-0b0c0d0e0f10"), dump.output());
    assertTrue(dump.output().contains("sb_csum mtime"), dump.output());
  }

  private static void assertClean(Path image, List<Path> devices) throws IOException {
    Tool.Result fsck = Tool.fsck(image, devices);
    assertEquals(0, fsck.status(), () -> image + ": " + fsck.output());
    assertEquals("", fsck.output().replace("<I> erofs: No errors found\n", ""));
  }
}
