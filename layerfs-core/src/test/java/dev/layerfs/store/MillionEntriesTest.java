package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row 51: a layer with a million entries is loaded, walked, written to and committed by a JVM with a heap of 512 MiB. */
final class MillionEntriesTest {
  private static final String HEAP = "-Xmx512m";

  @Test
  void row51AMillionEntriesWithLittleMemory(@TempDir Path temp) throws IOException {
    Path layout = MillionEntries.writeLayout(temp.resolve("layout"));
    List<String> command =
        ClassPath.current().java(MillionEntries.class, layout, temp.resolve("store"));
    command.add(1, HEAP);
    Tool.Result result = Tool.run(command);
    assertEquals(0, result.status(), result.output());
  }
}
