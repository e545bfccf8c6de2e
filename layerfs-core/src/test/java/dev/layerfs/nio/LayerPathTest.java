package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Name;
import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths: compared with the JDK's own on Unix at random, and what those can't do. */
final class LayerPathTest {
  private static final String[] PARTS = {"a", "b", "ab", "a-", ".", "..", "/", "", "\u00e4", "a.b"};

  private final FileSystem fileSystem = LayerFileSystem.of(new ModelView(), "id");

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @EnabledOnOs(OS.LINUX)
  void behavesAsTheDefaultProvidersPaths(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 4_000; i++) {
      String one = text(random);
      String two = text(random);
      int from = random.nextInt(3);
      int to = random.nextInt(4);
      List<String> expected = describe(Path.of(one), Path.of(two), two, from, to);
      List<String> actual =
          describe(fileSystem.getPath(one), fileSystem.getPath(two), two, from, to);
      assertEquals(expected, actual, "seed " + seed + ": '" + one + "', '" + two + "'");
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "/" : "");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
      text.append(random.nextBoolean() ? "/" : "");
    }
    return text.toString();
  }

  private static List<String> describe(Path one, Path two, String text, int from, int to) {
    return List.of(
        one.toString(),
        result(one::getFileName),
        result(one::getParent),
        result(one::getRoot),
        result(one::getNameCount),
        result(() -> one.getName(from)),
        result(() -> one.subpath(from, to)),
        result(one::normalize),
        result(() -> one.resolve(two)),
        result(() -> one.resolve(text)),
        result(() -> one.resolveSibling(two)),
        result(() -> one.relativize(two)),
        result(() -> one.startsWith(two)),
        result(() -> one.startsWith(text)),
        result(() -> one.endsWith(two)),
        result(() -> Integer.signum(one.compareTo(two))),
        result(() -> one.equals(two) && one.hashCode() == two.hashCode()),
        result(() -> String.join("|", names(one))),
        result(one::isAbsolute));
  }

  private static List<String> names(Path path) {
    List<String> names = new ArrayList<>();
    path.forEach(name -> names.add(name.toString()));
    return names;
  }

  private static String result(Callable<?> operation) {
    try {
      return String.valueOf(operation.call());
    } catch (Exception e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void joinsParts() {
    assertEquals("a/b/c", fileSystem.getPath("a", "", "b//c/").toString());
    assertEquals("/a", fileSystem.getPath("", "/a").toString());
    assertEquals("", fileSystem.getPath("", "").toString());
  }

  @Test
  void namesAreBytes() {
    byte[] bytes = {
      '/', 'x', (byte) 0xFF, (byte) 0xC3, (byte) 0xA4, (byte) 0xED, (byte) 0xA0, (byte) 0x80
    };
    String text = Name.decode(bytes);
    Path path = fileSystem.getPath(text);
    assertEquals(text, path.toString());
    String base = fileSystem.getPath("/").toUri().toString();
    assertEquals(base + "x%FF%C3%A4%ED%A0%80", path.toUri().toString());
    assertEquals(path, fileSystem.provider().getPath(path.toUri()));
  }

  @Test
  void textThatIsNoNameIsRefused() {
    for (String text : List.of("a\0b", "\ud800", "a\udc00", "\udd00x", "\udc7f")) {
      assertThrows(InvalidPathException.class, () -> fileSystem.getPath(text));
    }
    assertEquals("\ud83d\ude00", fileSystem.getPath("\ud83d\ude00").toString());
  }

  @Test
  void urisCarryTheIdAndThePath() throws IOException {
    String id = "registry.example:5000/a b@sha256:0%";
    FileSystem other = LayerFileSystem.of(new ModelView(), id);
    Path path = other.getPath("a/b c?#%;").toAbsolutePath();
    URI uri = path.toUri();
    assertEquals("layerfs", uri.getScheme());
    assertEquals(path, other.provider().getPath(uri));
    assertEquals(path, other.provider().getPath(URI.create(uri.toString())));
    assertEquals(path, Path.of(uri));
    assertEquals(other, FileSystems.getFileSystem(uri));
    other.close();
    assertThrows(FileSystemNotFoundException.class, () -> Path.of(uri));
    assertThrows(FileSystemNotFoundException.class, () -> FileSystems.getFileSystem(uri));
  }

  @Test
  void urisOfOtherKindsAreRefused() {
    for (String uri : List.of(
        "file:///a",
        "layerfs:/a",
        "layerfs:///a",
        "layerfs:a",
        "layerfs:a!/b!/c",
        "layerfs:!/b!/c",
        "layerfs:file:///a!/",
        "layerfs:file:///a!/!/c",
        "layerfs:file:///a!/b%00!/c",
        "layerfs:file:///a!/b!/c%00",
        "layerfs:file:///a!/b!/c#f",
        "layerfs://id%00/a",
        "layerfs://id/a?q",
        "layerfs://id/a#f",
        "layerfs://id/%00")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> fileSystem.provider().getPath(URI.create(uri)),
          uri);
    }
  }

  @Test
  void pathsOfOtherFileSystemsDontMix() {
    Path own = fileSystem.getPath("a");
    Path same = LayerFileSystem.of(new ModelView(), "id").getPath("a");
    for (Path other : List.of(same, Path.of("a"))) {
      assertNotEquals(own, other);
      assertThrows(ProviderMismatchException.class, () -> own.resolve(other));
      assertThrows(ProviderMismatchException.class, () -> own.relativize(other));
      assertEquals(false, own.startsWith(other) || own.endsWith(other));
    }
  }

  @Test
  void pathsOfOtherFileSystemsSortApart() {
    FileSystem later = LayerFileSystem.of(new ModelView(), "id");
    Path b = fileSystem.getPath("b");
    assertTrue(b.compareTo(later.getPath("a")) < 0);
    assertTrue(later.getPath("a").compareTo(b) > 0);
    assertThrows(ClassCastException.class, () -> b.compareTo(Path.of("b")));
  }

  @Test
  void noFileStandsBehindAPath() {
    assertThrows(
        UnsupportedOperationException.class, () -> fileSystem.getPath("a").toFile());
    assertThrows(UnsupportedOperationException.class, fileSystem::newWatchService);
  }

  @Test
  void sortsByBytes() {
    List<Path> sorted = new ArrayList<>();
    for (String text : List.of("a/b", "a", "a-b", "a.b", "b", "\udcff", "\u00e4", "/", "")) {
      sorted.add(fileSystem.getPath(text));
    }
    Collections.shuffle(sorted, new Random(5));
    Collections.sort(sorted);
    assertEquals("[, /, a, a-b, a.b, a/b, b, \u00e4, \udcff]", sorted.toString());
  }

  @Test
  void rootAndEmptyPath() {
    Path root = fileSystem.getRootDirectories().iterator().next();
    assertEquals("/", root.toString());
    assertNull(root.getFileName());
    assertEquals(1, fileSystem.getPath("").getNameCount());
    assertEquals(root, fileSystem.getPath("").toAbsolutePath());
    assertTrue(fileSystem.getPath("/..").normalize().equals(root));
  }
}
