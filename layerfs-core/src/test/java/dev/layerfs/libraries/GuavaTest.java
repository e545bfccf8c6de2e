package dev.layerfs.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guava's {@code MoreFiles}, which trusts only a {@code SecureDirectoryStream} to delete a tree. */
final class GuavaTest extends LibraryTest {
  @Override
  List<TarBuilder> layers() {
    return List.of(new TarBuilder()
        .directory("tree/")
        .directory("tree/sub/")
        .file("tree/sub/file", "content")
        .file("outside", "stays")
        .symlink("tree/sub/out", "/outside")
        .symlink("tree/up", ".."));
  }

  @Test
  void deletesATreeSecurely() throws IOException {
    Files.writeString(path("tree/sub/new"), "new");
    MoreFiles.deleteRecursively(path("tree")); // refuses to if the stream is not secure
    assertFalse(Files.exists(path("tree")));
    assertEquals("stays", Files.readString(path("outside")));
    assertEquals(List.of("D /tree"), changes());
  }

  @Test
  void deletesTheContentOfADirectory() throws IOException {
    MoreFiles.deleteDirectoryContents(path("tree"));
    assertEquals(ImmutableList.of(), MoreFiles.listFiles(path("tree")));
  }

  @Test
  void sourcesAndSinks() throws IOException {
    Path file = path("tree/sub/file");
    assertEquals(7, MoreFiles.asByteSource(file).size());
    assertEquals(
        Hashing.sha256().hashString("content", StandardCharsets.UTF_8),
        MoreFiles.asByteSource(file).hash(Hashing.sha256()));
    MoreFiles.createParentDirectories(path("a/b/c"));
    MoreFiles.asByteSource(file).copyTo(MoreFiles.asByteSink(path("a/b/c")));
    assertTrue(MoreFiles.equal(file, path("a/b/c")));
    MoreFiles.touch(path("a/touched"));
    assertEquals(0, Files.size(path("a/touched")));
  }

  @Test
  void traverses() {
    List<String> seen = new ArrayList<>();
    MoreFiles.fileTraverser().breadthFirst(path("tree")).forEach(file -> seen.add(file + ""));
    assertEquals(
        List.of("/tree", "/tree/sub", "/tree/sub/file", "/tree/sub/out", "/tree/up"),
        seen.stream().sorted().toList());
  }
}
