package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The door used as programs use file systems: by {@code Files} on whole trees, and by well-known libraries. */
final class LibraryUseTest {
  private final FileSystem door = LayerFileSystem.of(new ModelView(), "id");
  private final Path tree = door.getPath("/tree");

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(tree.resolve("a/b/c"));
    Files.writeString(tree.resolve("a/one"), "1");
    Files.writeString(tree.resolve("a/b/two"), "22");
    Files.createSymbolicLink(tree.resolve("a/link"), door.getPath("b"));
    Files.createSymbolicLink(tree.resolve("a/b/c/loop"), door.getPath("/tree"));
  }

  @Test
  void walks() throws IOException {
    assertEquals(
        List.of("", "a", "a/b", "a/b/c", "a/b/c/loop", "a/b/two", "a/link", "a/one"), names(tree));
    List<String> visited = new ArrayList<>();
    Files.walkFileTree(tree, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        visited.add(tree.relativize(file) + ":" + attributes.isSymbolicLink());
        return FileVisitResult.CONTINUE;
      }
    });
    assertEquals(
        List.of("a/b/c/loop:true", "a/b/two:false", "a/link:true", "a/one:false"), visited);
    try (Stream<Path> large = Files.find(
        tree, 9, (path, attributes) -> attributes.isRegularFile() && attributes.size() > 1)) {
      assertEquals("[/tree/a/b/two]", large.toList().toString());
    }
  }

  private static List<String> names(Path base) throws IOException {
    try (Stream<Path> files = Files.walk(base)) {
      return files.map(file -> base.relativize(file).toString()).sorted().toList();
    }
  }

  @Test
  void copiesTreesToAndFromOtherFileSystems() throws IOException {
    Files.delete(tree.resolve("a/b/c/loop"));
    Files.delete(tree.resolve("a/link"));
    try (FileSystem other = Jimfs.newFileSystem(Configuration.unix())) {
      Path there = other.getPath("/there");
      Path back = door.getPath("/back");
      copyTree(tree, there);
      copyTree(there, back);
      assertEquals(names(tree), names(back));
      assertEquals("22", Files.readString(back.resolve("a/b/two")));
      Files.move(back.resolve("a/one"), other.getPath("/moved"));
      assertEquals("1", Files.readString(other.getPath("/moved")));
      assertFalse(Files.exists(back.resolve("a/one")));
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @Test
  void zipFileSystemInside() throws IOException {
    Path jar = door.getPath("/a.jar");
    byte[] content = new byte[100_000];
    new Random(1).nextBytes(content);
    try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Files.write(zip.getPath("/entry"), content);
    }
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      assertArrayEquals(content, Files.readAllBytes(zip.getPath("/entry")));
    }
  }

  @Test
  void tarOfATree() throws IOException {
    Path tar = door.getPath("/t.tar");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar));
        Stream<Path> files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        TarArchiveEntry entry =
            new TarArchiveEntry(file, tree.relativize(file) + "/x", LinkOption.NOFOLLOW_LINKS);
        if (entry.isFile()) {
          out.putArchiveEntry(entry);
          Files.copy(file, out);
          out.closeArchiveEntry();
        }
      }
    }
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      TarArchiveEntry entry = in.getNextEntry();
      assertEquals("a/b/two/x", entry.getName());
      assertArrayEquals(new byte[] {'2', '2'}, in.readAllBytes());
    }
  }
}
