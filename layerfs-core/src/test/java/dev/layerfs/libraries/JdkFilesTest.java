package dev.layerfs.libraries;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.TarBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code java.nio.file.Files} and the readers of the JDK on whole trees. */
final class JdkFilesTest extends LibraryTest {
  private static final String LINES = "one\ntwo\nthree\n";

  @Override
  List<TarBuilder> layers() {
    return List.of(
        new TarBuilder()
            .directory("tree/")
            .directory("tree/a/")
            .directory("tree/a/b/")
            .directory("tree/a/b/c/")
            .file("tree/a/one", "1")
            .file("tree/a/b/gone", "x")
            .file("lines", LINES),
        new TarBuilder()
            .whiteout("tree/a/b/", "gone")
            .file("tree/a/b/two", "22")
            .symlink("tree/a/link", "b")
            .symlink("tree/a/b/c/loop", "/tree"));
  }

  /** The separator is the same for all file systems. */
  private static String relative(Path base, Path file) {
    return base.relativize(file).toString().replace('\\', '/');
  }

  private static List<String> names(Path base) throws IOException {
    try (Stream<Path> files = Files.walk(base)) {
      return files.map(file -> relative(base, file)).sorted().toList();
    }
  }

  @Test
  void walks() throws IOException {
    Path tree = path("tree");
    Files.writeString(tree.resolve("a/three"), "333");
    assertEquals(
        List.of("", "a", "a/b", "a/b/c", "a/b/c/loop", "a/b/two", "a/link", "a/one", "a/three"),
        names(tree));
    List<String> visited = new ArrayList<>();
    Files.walkFileTree(tree, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        visited.add(tree.relativize(file) + ":" + attributes.isSymbolicLink());
        return FileVisitResult.CONTINUE;
      }
    });
    assertEquals(
        List.of("a/b/c/loop:true", "a/b/two:false", "a/link:true", "a/one:false", "a/three:false"),
        visited.stream().sorted().toList());
  }

  @Test
  void walkingThroughLinksFindsTheLoop() throws IOException {
    List<String> loops = new ArrayList<>();
    Files.walkFileTree(
        path("tree"), Set.of(FileVisitOption.FOLLOW_LINKS), 9, new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            loops.add(file + " " + failure.getClass().getSimpleName());
            return FileVisitResult.CONTINUE;
          }
        });
    assertEquals(
        List.of(
            "/tree/a/b/c/loop FileSystemLoopException",
            "/tree/a/link/c/loop FileSystemLoopException"),
        loops.stream().sorted().toList());
  }

  @Test
  void finds() throws IOException {
    try (Stream<Path> large = Files.find(
        path("tree"),
        9,
        (file, attributes) -> attributes.isRegularFile() && attributes.size() > 1)) {
      assertEquals(List.of(path("tree/a/b/two")), large.toList());
    }
  }

  @Test
  void deletesATreeOfTheImage() throws IOException {
    Files.walkFileTree(path("tree"), new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, IOException failure)
          throws IOException {
        Files.delete(directory);
        return FileVisitResult.CONTINUE;
      }
    });
    assertEquals(List.of("", "lines"), names(path("/")));
    assertEquals(List.of("D /tree"), changes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "windows", "osX"})
  void copiesTreesToAndFromJimfs(String kind) throws IOException {
    Files.delete(path("tree/a/b/c/loop"));
    Files.delete(path("tree/a/link"));
    try (FileSystem other = jimfs(kind)) {
      Path top = other.getRootDirectories().iterator().next();
      copyTree(path("tree"), top.resolve("there"));
      copyTree(top.resolve("there"), path("back"));
      assertEquals(names(path("tree")), names(path("back")));
      assertEquals("22", Files.readString(path("back/a/b/two")));
      assertEquals(
          Files.getLastModifiedTime(path("tree/a/one")),
          Files.getLastModifiedTime(path("back/a/one")));
      Files.move(path("back/a/one"), top.resolve("moved"));
      assertEquals("1", Files.readString(top.resolve("moved")));
      assertFalse(Files.exists(path("back/a/one")));
    }
  }

  private static FileSystem jimfs(String kind) {
    return Jimfs.newFileSystem(
        switch (kind) {
          case "windows" -> Configuration.windows();
          case "osX" -> Configuration.osX();
          default -> Configuration.unix();
        });
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(relative(from, file)), COPY_ATTRIBUTES);
      }
    }
  }

  @Test
  void readersOfText() throws IOException {
    Path file = path("lines");
    try (Stream<String> lines = Files.lines(file)) {
      assertEquals(List.of("one", "two", "three"), lines.toList());
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      assertEquals("one", reader.readLine());
    }
    try (Scanner scanner = new Scanner(file)) {
      assertEquals(List.of("one", "two", "three"), scanner.tokens().toList());
    }
    Properties properties = new Properties();
    properties.setProperty("key", "value");
    try (var out = Files.newBufferedWriter(path("properties"))) {
      properties.store(out, null);
    }
    Properties read = new Properties();
    try (var in = Files.newInputStream(path("properties"))) {
      read.load(in);
    }
    assertEquals(properties, read);
  }
}
