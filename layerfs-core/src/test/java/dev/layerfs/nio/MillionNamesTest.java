package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.erofs.NumberedFiles;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory with a million names in the image, and a quarter of that in each build, used by a JVM whose heap would hold a few
 * hundred bytes for each.
 */
final class MillionNamesTest {
  private static final int COUNT = Scale.of(125_000, 1_000_000);
  private static final String HEAP = "-Xmx" + Scale.of(32, 256) + "m";

  @Test
  void isUsedWithLittleMemory(@TempDir Path temp) throws IOException {
    NumberedFiles.write(temp, COUNT);
    Path container = Files.createDirectory(temp.resolve("container"));
    List<String> command = ClassPath.current().java(MillionNames.class, temp, container, COUNT);
    command.add(1, HEAP);
    Tool.Result result = Tool.run(command);
    assertEquals(0, result.status(), result.output());
  }
}
