package dev.layerfs.nio;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.Container;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names and paths as long as Linux has them, and longer ones. */
final class LimitsTest {
  /** 255 bytes: {@code NAME_MAX}. */
  private static final String LONG = "n".repeat(255);

  /** As many bytes, in half as many characters. */
  private static final String WIDE = "\u00e9".repeat(127) + "x";

  private static final String DIRECTORY = "d".repeat(255);

  /** What {@code open(2)} takes: {@code PATH_MAX} counts the final NUL. */
  private static final int MAX_PATH = 4095;

  @TempDir
  Path temp;

  @ParameterizedTest
  @EnumSource
  void namesOf255Bytes(ProviderHost host) throws IOException {
    TarBuilder layer = new TarBuilder()
        .directory(DIRECTORY + "/")
        .file(DIRECTORY + "/" + WIDE, "of the image")
        .file(DIRECTORY + "/" + LONG, "goes");
    host.use(temp, directory -> {
      try (TestContainer made =
          TestContainer.in(directory.resolve("store"), new TestImage().layer(layer))) {
        Path top = made.root().resolve(DIRECTORY);
        assertEquals("of the image", Files.readString(top.resolve(WIDE)));
        Files.writeString(top.resolve(WIDE), "changed");
        Files.delete(top.resolve(LONG));
        useNames(top);
        made.container().close();
        try (Container again = made.store().open(made.container().info().id())) {
          requireNames(again.root().resolve(DIRECTORY));
        }
      }
    });
  }

  private static void useNames(Path top) throws IOException {
    Path inner = Files.createDirectory(top.resolve(LONG));
    Files.createFile(inner.resolve("short"));
    Files.move(inner.resolve("short"), inner.resolve(LONG));
    Files.createLink(inner.resolve(WIDE), inner.resolve(LONG));
    Files.createSymbolicLink(inner.resolve(DIRECTORY), inner.resolve(LONG).getFileName());
    Files.writeString(inner.resolve(DIRECTORY), "through the link");
    requireNames(top);
  }

  private static void requireNames(Path top) throws IOException {
    assertEquals("changed", Files.readString(top.resolve(WIDE)));
    assertEquals(List.of(LONG, WIDE), names(top));
    Path inner = top.resolve(LONG);
    assertEquals(List.of(DIRECTORY, LONG, WIDE), names(inner));
    assertEquals("through the link", Files.readString(inner.resolve(WIDE)));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Whatever the host's own limits are, they are those of the JDK's own provider on Linux. */
  @ParameterizedTest
  @EnumSource
  @EnabledOnOs(OS.LINUX)
  void longerNamesAreRefusedAsByLinux(ProviderHost host) throws IOException {
    Path expected = Files.createDirectory(temp.resolve("expected"));
    Files.writeString(expected.resolve("file"), "x");
    TarBuilder layer = new TarBuilder().directory("base/").file("base/file", "x");
    host.use(temp, directory -> {
      try (TestContainer made =
          TestContainer.in(directory.resolve("store"), new TestImage().layer(layer))) {
        Path actual = made.root().resolve("base");
        for (String name : List.of(LONG + "n", WIDE + "x", "\u00e9".repeat(255))) {
          List<Callable<?>> onLinux = uses(expected, name);
          List<Callable<?>> here = uses(actual, name);
          for (int i = 0; i < onLinux.size(); i++) {
            String outcome = Outcome.of(expected, onLinux.get(i));
            assertEquals(outcome, Outcome.of(actual, here.get(i)), "use " + i);
          }
        }
        assertEquals(0, made.container().changes().count());
      }
    });
  }

  private static List<Callable<?>> uses(Path base, String name) {
    Path file = base.resolve("file");
    Path path = base.resolve(name);
    return List.of(
        () -> Files.readString(path),
        () -> Files.exists(path),
        () -> Files.size(path.resolve("below")),
        () -> Files.createFile(path),
        () -> Files.createDirectory(path),
        () -> Files.createSymbolicLink(path, file.getFileName()),
        () -> Files.createLink(path, file),
        () -> Files.move(file, path),
        () -> Files.copy(file, path),
        () -> Files.deleteIfExists(path));
  }

  /** A path of directories with long names whose bytes, with those of the slashes between them, are as many as asked. */
  private static String path(int bytes) {
    StringBuilder path = new StringBuilder();
    while (bytes - path.length() > 255) {
      path.append("p".repeat(199)).append('/');
    }
    return path + "f".repeat(bytes - path.length());
  }

  private static TestImage deep(String path) {
    TarBuilder layer = new TarBuilder();
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      layer.directory(path.substring(0, slash + 1));
    }
    return new TestImage().layer(layer.file(path, "deep"));
  }

  @Test
  void theLongestPathOfTheImage() throws IOException {
    String path = path(MAX_PATH - 1); // and the slash that begins it
    try (TestContainer made = TestContainer.in(temp.resolve("store"), deep(path))) {
      Path file = made.root().resolve(path);
      assertEquals(MAX_PATH, file.toString().getBytes(StandardCharsets.UTF_8).length);
      assertEquals("deep", Files.readString(file));
      assertEquals(file, file.toRealPath());
      assertEquals(List.of(file.getFileName().toString()), names(file.getParent()));
      FileSystemException e = assertThrows(
          FileSystemException.class, () -> Files.readString(file.resolveSibling(LONG + LONG)));
      assertEquals("File name too long", e.getReason());
    }
  }

  @Test
  void longerPathsAreReachedStepByStep() throws IOException {
    String path = path(MAX_PATH + 1);
    try (TestContainer made = TestContainer.in(temp.resolve("store"), deep(path))) {
      Path root = made.root();
      FileSystemException e =
          assertThrows(FileSystemException.class, () -> Files.size(root.resolve(path)));
      assertEquals("File name too long", e.getReason());
      assertFalse(Files.exists(root.resolve(path)));
      int middle = path.indexOf('/', path.length() / 2);
      try (SecureDirectoryStream<Path> half = (SecureDirectoryStream<Path>)
              Files.newDirectoryStream(root.resolve(path.substring(0, middle)));
          SeekableByteChannel file = half.newByteChannel(
              root.getFileSystem().getPath(path.substring(middle + 1)), Set.of(READ))) {
        ByteBuffer content = ByteBuffer.allocate(10);
        assertEquals(4, file.read(content));
        assertEquals("deep", new String(content.array(), 0, 4, StandardCharsets.US_ASCII));
      }
    }
  }

  /** A store in memory has no limit of its own. */
  @Test
  void theLongestPathIsWritten() throws IOException {
    String path = path(MAX_PATH - 1);
    try (TestContainer made = TestContainer.inMemory(deep(path))) {
      Path file = made.root().resolve(path);
      Files.writeString(file, "changed");
      assertEquals("changed", Files.readString(file));
      Files.delete(file);
      Files.newByteChannel(file, CREATE_NEW, WRITE).close();
      assertEquals(0, Files.size(file));
      Files.delete(file);
      assertFalse(Files.exists(file, LinkOption.NOFOLLOW_LINKS));
    }
  }
}
