package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.posix.Name;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Linux and {@link ErofsImage} show the same in the same files. Needs root and a kernel that mounts EROFS files. */
final class KernelMountTest {
  /** The script's exit status if the host can't mount. */
  private static final int SKIPPED = 77;

  @TempDir
  Path directory;

  @BeforeEach
  void needsRoot() throws IOException {
    Tool.assume("python3");
    Tool.assume("id");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "not root");
  }

  @Test
  void sameLayers() throws IOException {
    Images images = new Images(directory);
    for (var sample : Samples.layers().entrySet()) {
      assertSame(images.layer(sample.getKey(), sample.getValue()), List.of());
    }
  }

  @Test
  void sameTrees() throws IOException {
    Images images = new Images(directory);
    List<Path> layers = new ArrayList<>();
    for (var sample : Samples.layers().entrySet()) {
      layers.add(images.layer(sample.getKey(), sample.getValue()));
      assertSame(images.tree("tree" + layers.size(), layers), layers);
    }
  }

  @Test
  void sameTreeOfFiveHundredLayers() throws IOException {
    Images images = new Images(directory);
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      layers.add(images.layer(
          "layer" + i, new EntryList().file("d" + i % 7 + "/file" + i, "content " + i)));
    }
    assertSame(images.tree("tree", layers), layers);
  }

  private void assertSame(Path file, List<Path> devices) throws IOException {
    SortedMap<String, String> kernel = new TreeMap<>();
    SortedMap<String, Long> inodes = new TreeMap<>();
    for (String line : mount(file, devices).split("\n", -1)) {
      if (!line.isEmpty()) {
        String[] parts = line.split("\t", -1);
        String path = Name.decode(HexFormat.of().parseHex(parts[0]));
        inodes.put(path, Long.valueOf(parts[1]));
        kernel.put(path, parts[2]);
      }
    }
    try (ErofsImage image = ErofsImage.open(file, devices)) {
      assertEquals(join(Images.describe(image)), join(kernel), () -> file.toString());
      for (var path : inodes.entrySet()) {
        long nid = Images.find(image, path.getKey());
        assertEquals(path.getValue(), image.stat(nid).inode(), path.getKey());
      }
    }
  }

  private static String join(SortedMap<String, String> described) {
    StringBuilder lines = new StringBuilder();
    described.forEach(
        (path, line) -> lines.append(path).append(' ').append(line).append('\n'));
    return lines.toString();
  }

  private String mount(Path file, List<Path> devices) throws IOException {
    Path script = directory.resolve("mount_erofs.py");
    if (!Files.exists(script)) {
      try (InputStream in = KernelMountTest.class.getResourceAsStream("mount_erofs.py")) {
        Files.copy(Objects.requireNonNull(in), script);
      }
      Files.createDirectory(directory.resolve("mnt"));
    }
    List<String> command = new ArrayList<>(
        List.of("python3", script.toString(), directory.resolve("mnt").toString()));
    command.add(file.toString());
    devices.forEach(device -> command.add(device.toString()));
    Tool.Result result = Tool.run(command);
    assumeTrue(result.status() != SKIPPED, "can't mount EROFS files here: " + result.output());
    assertEquals(0, result.status(), result.output());
    return result.output();
  }
}
