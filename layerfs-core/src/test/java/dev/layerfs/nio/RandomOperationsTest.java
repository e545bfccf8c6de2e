package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on a few names, done through the door and through the JDK's own provider: nothing may differ. */
@EnabledOnOs(OS.LINUX)
final class RandomOperationsTest {
  private static final int STEPS = 600;
  private static final String DEEP = "1/2/3/4/5/6/7/8"; // links lead up, but not that far
  private static final String[] NAMES = {
    "a", "b", "a/c", "a/d", "b/c", "a/c/e", "b/c/e", "a/../b", "b/./d", "b/.."
  };
  private static final String[] TARGETS = {"a", "b", "../a", "c", "a/c", "../b/c", ".", "..", "x"};

  @TempDir Path temp;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void sameAsTheDefaultProvider(long seed) throws IOException {
    Path expected = Files.createDirectories(temp.resolve(DEEP));
    try (FileSystem door = LayerFileSystem.of(new ModelView(), "test")) {
      Path actual = Files.createDirectories(door.getPath("/top").resolve(DEEP));
      Random onDisk = new Random(seed);
      Random onDoor = new Random(seed);
      for (int step = 0; step < STEPS; step++) {
        Step onExpected = step(expected, onDisk);
        Step onActual = step(actual, onDoor);
        String where = "seed " + seed + ", step " + step + ": " + onActual.name();
        String wanted = Outcome.of(temp, onExpected.operation());
        assertEquals(wanted, Outcome.of(actual.getRoot().resolve("top"), onActual.operation()), where);
        assertEquals(Trees.describe(expected), Trees.describe(actual), where);
      }
    }
  }

  private record Step(String name, Callable<Object> operation) {}

  private static Step step(Path base, Random random) {
    Path path = base.resolve(pick(NAMES, random));
    Path other = base.resolve(pick(NAMES, random));
    String text = pick(TARGETS, random);
    CopyOption[] options = options(random);
    String names = " " + path + " " + other + " " + text + " " + Arrays.toString(options);
    return switch (random.nextInt(14)) {
      case 0 -> new Step("create" + names, () -> Files.createFile(path));
      case 1, 2 -> new Step("mkdir" + names, () -> Files.createDirectory(path));
      case 3 -> new Step("symlink" + names, () -> symlink(path, text));
      case 4 -> new Step("link" + names, () -> Files.createLink(path, other));
      case 5 -> new Step("delete" + names, () -> Files.deleteIfExists(path));
      case 6, 7 ->
          new Step("move" + names, () -> isMovable(path, other) ? Files.move(path, other, options) : "");
      case 8 ->
          new Step(
              "copy" + names, () -> path.equals(other) ? "" : Files.copy(path, other, options));
      case 9 -> new Step("write" + names, () -> Files.writeString(path, text));
      case 10 ->
          new Step(
              "append" + names, () -> Files.writeString(path, text, StandardOpenOption.APPEND));
      case 11 -> new Step("toRealPath" + names, path::toRealPath);
      case 12 ->
          new Step(
              "chmod" + names,
              () -> Files.setPosixFilePermissions(path, permissions(text.length())));
      default -> new Step("toRealPath nofollow" + names, () -> path.toRealPath(NOFOLLOW_LINKS));
    };
  }

  private static Path symlink(Path link, String target) throws IOException {
    return Files.createSymbolicLink(link, link.getFileSystem().getPath(target));
  }

  /**
   * The JDK deletes an empty directory that a move would replace before it finds that the move is impossible, and looks
   * at names that can't be moved in another order.
   */
  private static boolean isMovable(Path from, Path to) throws IOException {
    if (from.endsWith("..") || to.endsWith("..") || to.normalize().startsWith(from.normalize())) {
      return false;
    }
    if (!Files.isDirectory(to, NOFOLLOW_LINKS)) {
      return true;
    }
    try (Stream<Path> entries = Files.list(to)) {
      return entries.findAny().isPresent();
    }
  }

  private static Set<PosixFilePermission> permissions(int number) {
    Set<PosixFilePermission> permissions = EnumSet.allOf(PosixFilePermission.class);
    permissions.remove(PosixFilePermission.values()[8 - number]);
    return permissions;
  }

  private static CopyOption[] options(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new CopyOption[] {};
      case 1 -> new CopyOption[] {StandardCopyOption.ATOMIC_MOVE};
      case 2 -> new CopyOption[] {NOFOLLOW_LINKS};
      default -> new CopyOption[] {StandardCopyOption.REPLACE_EXISTING};
    };
  }

  private static String pick(String[] from, Random random) {
    return from[random.nextInt(from.length)];
  }
}
