package dev.layerfs.nio;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations in a container and on the default file system, each with its own watch service: both tell the same
 * of every directory. Left out is what differs on purpose: content of files with several names, of files without a name,
 * and moves that replace, which the JDK does by a deletion unless they must be atomic.
 */
@EnabledOnOs(OS.LINUX)
final class WatchDifferentialTest {
  private static final int ROUNDS = Scale.of(20, 40);
  private static final int STEPS = 15;
  private static final String END = "end of round ";
  private static final List<String> DIRECTORIES = List.of("", "a", "b", "a/c");
  private static final String[] NAMES = {"f", "g", "h", "i"};
  private static final String[] TARGETS = {"f", "../b/g", "../a/f", "c", "none"};

  @TempDir
  Path temp;

  /** A tree whose directories are watched. */
  private static final class Watched {
    private final Path base;
    private final WatchService service;
    private final List<WatchKey> keys = new ArrayList<>();

    Watched(Path base) throws IOException {
      this.base = base;
      service = base.getFileSystem().newWatchService();
      for (String directory : DIRECTORIES) {
        keys.add(
            base.resolve(directory).register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY));
      }
    }

    /** What happened, without number and order: all that came before a last name that is made in each directory. */
    SortedSet<String> events(int round) throws Exception {
      for (String directory : DIRECTORIES) {
        Files.createSymbolicLink(base.resolve(directory).resolve(END + round), base);
      }
      SortedSet<String> events = new TreeSet<>();
      for (int left = DIRECTORIES.size(); left > 0; ) {
        WatchKey key = service.poll(1, TimeUnit.MINUTES);
        assertNotNull(key, () -> "nothing more after " + events);
        String directory = DIRECTORIES.get(keys.indexOf(key));
        for (WatchEvent<?> event : key.pollEvents()) {
          events.add("'" + directory + "' " + event.kind() + " " + event.context());
          left -= String.valueOf(event.context()).equals(END + round) ? 1 : 0;
        }
        key.reset();
      }
      return events;
    }
  }

  private interface Body {
    void run(Path expected, Path actual) throws Exception;
  }

  private void with(Body body) throws Exception {
    TarBuilder tar = new TarBuilder().directory("top/");
    Path expected = Files.createDirectory(temp.resolve("expected"));
    for (String directory : List.of("a", "b", "a/c", "unwatched")) {
      tar.directory("top/" + directory + "/");
      Files.createDirectory(expected.resolve(directory));
    }
    for (String file : List.of("a/f", "b/g", "a/c/h", "unwatched/linked")) {
      tar.file("top/" + file, file);
      Files.writeString(expected.resolve(file), file);
    }
    TestImage image = new TestImage().layer(tar);
    try (LayerStore store = LayerStore.open(temp.resolve("store"))) {
      store.load(new TestLayout().image("watched:1", image).write(temp.resolve("layout")));
      try (Container container = store.create(store.image("watched:1"))) {
        body.run(expected, container.root().resolve("top"));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void sameEventsAsOnTheDefaultFileSystem(long seed) throws Exception {
    with((onDisk, inContainer) -> {
      Watched expected = new Watched(onDisk);
      Watched actual = new Watched(inContainer);
      Random left = new Random(seed);
      Random right = new Random(seed);
      for (int round = 0; round < ROUNDS; round++) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
          Step step = Step.next(onDisk, left);
          steps.add(step.name + ": " + Outcome.of(onDisk, step.operation));
          Outcome.of(inContainer, Step.next(inContainer, right).operation);
        }
        String where = "seed " + seed + ", round " + round + ": " + String.join("\n", steps);
        assertEquals(Trees.describe(onDisk), Trees.describe(inContainer), where);
        assertEquals(
            String.join("\n", expected.events(round)),
            String.join("\n", actual.events(round)),
            where);
        clear(onDisk, round);
        clear(inContainer, round);
      }
      expected.service.close();
    });
  }

  private static void clear(Path base, int round) throws IOException {
    for (String directory : DIRECTORIES) {
      Files.delete(base.resolve(directory).resolve(END + round));
    }
  }

  /** An operation with random arguments on few names. */
  private record Step(String name, Callable<?> operation) {
    static Step next(Path base, Random random) {
      Path path = path(base, random);
      Path other = path(base, random);
      String text = random.nextInt(4) == 0 ? "" : "text";
      String target = TARGETS[random.nextInt(TARGETS.length)];
      CopyOption[] options = options(random);
      String names = " " + base.relativize(path) + " " + base.relativize(other) + " " + text;
      return switch (random.nextInt(16)) {
        case 0 -> new Step("create" + names, () -> Files.createFile(path));
        case 1 -> new Step("mkdir" + names, () -> Files.createDirectory(path));
        case 2 ->
          new Step(
              "symlink" + names + " " + target,
              () -> Files.createSymbolicLink(path, base.getFileSystem().getPath(target)));
        case 3 ->
          new Step("link" + names, () -> Files.createLink(path, base.resolve("unwatched/linked")));
        case 4, 5 -> new Step("delete" + names, () -> Files.deleteIfExists(path));
        case 6, 7 -> new Step("move" + names, () -> Files.move(path, other, ATOMIC_MOVE));
        case 8 -> new Step("move to new" + names, () -> Files.move(path, other));
        case 9 -> new Step("copy" + names, () -> Files.copy(path, other, options));
        case 10, 11 ->
          new Step("write" + names, () -> isOneName(path) ? Files.writeString(path, text) : "");
        case 12 ->
          new Step(
              "append" + names, () -> isOneName(path) ? Files.writeString(path, text, APPEND) : "");
        case 13 ->
          new Step(
              "chmod" + names,
              () -> isOneName(path)
                  ? Files.setPosixFilePermissions(
                      path, PosixFilePermissions.fromString("rwx------"))
                  : "");
        case 14 ->
          new Step(
              "touch" + names,
              () -> isOneName(path)
                  ? Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000_000_000L))
                  : "");
        default ->
          new Step("rename open" + names, () -> isOneName(path) ? useRenamed(path, other) : "");
      };
    }

    private static Path path(Path base, Random random) {
      String directory = DIRECTORIES.get(random.nextInt(DIRECTORIES.size()));
      return base.resolve(directory).resolve(NAMES[random.nextInt(NAMES.length)]);
    }

    private static CopyOption[] options(Random random) {
      return switch (random.nextInt(3)) {
        case 0 -> new CopyOption[] {};
        case 1 -> new CopyOption[] {COPY_ATTRIBUTES};
        default -> new CopyOption[] {REPLACE_EXISTING};
      };
    }

    private static boolean isOneName(Path path) throws IOException {
      return Files.isDirectory(path)
          || !Files.exists(path)
          || Files.getAttribute(path, "unix:nlink").equals(1);
    }

    private static String useRenamed(Path path, Path other) throws IOException {
      if (Files.isSymbolicLink(path) || path.equals(other)) {
        return "";
      }
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        Files.move(path, other, ATOMIC_MOVE);
        channel.write(ByteBuffer.allocate(3));
        channel.truncate(1);
        return "done";
      }
    }
  }

  @Test
  void theKeyOfARemovedDirectory() throws Exception {
    with((onDisk, inContainer) -> {
      for (Path base : List.of(onDisk, inContainer)) {
        Path directory = Files.createDirectory(base.resolve("gone"));
        try (WatchService service = base.getFileSystem().newWatchService()) {
          WatchKey key = directory.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
          Files.delete(directory);
          assertEquals(key, service.poll(1, TimeUnit.MINUTES), base.toString());
          assertEquals(List.of(), key.pollEvents());
          assertFalse(key.reset() || key.isValid());
        }
      }
    });
  }
}
