package dev.layerfs.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.file.Counters.PathCounters;
import org.apache.commons.io.file.PathUtils;
import org.apache.commons.io.input.ReversedLinesFileReader;
import org.junit.jupiter.api.Test;

/** commons-io's {@code PathUtils} and a reader that seeks. */
final class CommonsIoTest extends LibraryTest {
  @Override
  List<TarBuilder> layers() {
    return List.of(new TarBuilder()
        .directory("tree/")
        .directory("tree/sub/")
        .file("tree/sub/file", "one\ntwo\nthree\n")
        .file("tree/other", "other"));
  }

  @Test
  void copiesComparesAndDeletesDirectories() throws IOException {
    PathUtils.copyDirectory(path("tree"), path("copy"));
    assertTrue(PathUtils.directoryAndFileContentEquals(path("tree"), path("copy")));
    PathUtils.copyDirectory(path("tree"), temp.resolve("outside"));
    assertEquals("other", Files.readString(temp.resolve("outside/other")));
    Files.writeString(path("copy/other"), "OTHER");
    assertFalse(PathUtils.directoryAndFileContentEquals(path("tree"), path("copy")));
    PathCounters counted = PathUtils.countDirectory(path("tree"));
    assertEquals(2, counted.getFileCounter().get());
    assertEquals(2, counted.getDirectoryCounter().get());
    assertEquals(19, counted.getByteCounter().get());
    PathUtils.deleteDirectory(path("tree"));
    assertEquals(
        List.of("D /tree", "A /copy", "A /copy/other", "A /copy/sub", "A /copy/sub/file").stream()
            .sorted()
            .toList(),
        changes().stream().sorted().toList());
  }

  @Test
  void readsLinesBackwards() throws IOException {
    List<String> lines = new ArrayList<>();
    try (ReversedLinesFileReader reader = ReversedLinesFileReader.builder()
        .setPath(path("tree/sub/file"))
        .setCharset(StandardCharsets.UTF_8)
        .setBufferSize(4)
        .get()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    }
    assertEquals(List.of("three", "two", "one"), lines);
  }
}
