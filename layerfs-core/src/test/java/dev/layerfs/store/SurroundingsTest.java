package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.SaveFormat;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Processes in odd surroundings, which take the steps of a {@link StoreHistory}; and stores that were moved, or can't be changed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SurroundingsTest {
  private static final List<Integer> DESCRIPTORS = List.of(12, 20, 24, 28, 32, 36, 40, 48, 64);

  private ClassPath classes;
  private StoreSources sources;
  private StoreExpectation expected;

  @TempDir
  Path temporary;

  @BeforeAll
  void prepare(@TempDir Path directory) throws IOException {
    classes = ClassPath.current();
    sources = StoreSources.make(directory);
    expected = StoreExpectation.learn(sources);
  }

  @AfterAll
  void close() {
    sources.close();
  }

  private static <T> List<T> shuffled(List<T> all) {
    List<T> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, Seed.random(SurroundingsTest.class));
    return shuffled;
  }

  /** Takes the steps behind a command that makes the surroundings; returns how many of them have returned. */
  private int run(Path store, String... surroundings) throws IOException {
    List<String> command = new ArrayList<>(List.of(surroundings));
    command.addAll(classes.java(StoreHistory.class, sources.arguments(store)));
    return StoreHistory.returned(Tool.run(command).output());
  }

  private void check(Path store, int returned) throws IOException {
    assertEquals(Optional.empty(), expected.problem(returned, StoreContent.of(store)));
  }

  @Test
  void row121LocaleWithoutUnicode() throws IOException {
    Path store = temporary.resolve("store");
    assertEquals(expected.steps(), run(store, "env", "LC_ALL=C"));
    check(store, expected.steps());
  }

  @Test
  void row101FewDescriptors() throws IOException {
    Tool.assume("prlimit");
    int broken = 0;
    int tried = 0;
    for (int limit : shuffled(DESCRIPTORS)) {
      if (broken > 0 && tried >= Scale.of(2, DESCRIPTORS.size())) {
        break;
      }
      tried++;
      Path store = temporary.resolve("store-" + limit);
      int returned = run(store, "prlimit", "--nofile=" + limit + ":" + limit);
      check(store, returned);
      broken += returned > 0 && returned < expected.steps() ? 1 : 0;
    }
    assertTrue(broken > 0, "some limit was met in the middle of the steps");
  }

  /** Neither locks nor leases look at a clock: what one process makes twenty years ago another finds twenty years later. */
  @Test
  void row97ClockThatJumps() throws IOException {
    Tool.assume("faketime");
    for (String jump : shuffled(List.of("+20y", "-20y")).subList(0, Scale.of(1, 2))) {
      Path store = temporary.resolve("store" + jump.replace("+", ""));
      assertEquals(expected.steps(), run(store, "faketime", "-f", jump));
      check(store, expected.steps());
    }
  }

  @Test
  void row90NobodyElseReachesInWhateverTheMask() throws IOException {
    for (String mask : shuffled(List.of("000", "077", "277")).subList(0, Scale.of(1, 3))) {
      Path store = temporary.resolve("masked-" + mask);
      String script = "umask " + mask + "; exec \"$@\"";
      run(store, "sh", "-c", script, "sh");
      requirePrivate(store);
    }
  }

  private static void requirePrivate(Path store) throws IOException {
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(store)));
    Set<PosixFilePermission> ours = PosixFilePermissions.fromString("rwx------");
    try (Stream<Path> files = Files.walk(store)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!isContainers(store.relativize(file)) && !file.endsWith("layerfs/locks/lock")) {
          assertTrue(
              ours.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)),
              file + " has " + Files.getPosixFilePermissions(file));
        }
      }
    }
  }

  /** What is in a container has the modes that the container wants, in a directory that nobody else can enter. */
  private static boolean isContainers(Path file) {
    return file.getNameCount() > 3 && file.startsWith("layerfs/containers");
  }

  @Test
  void row100CopiedAndMovedStores() throws IOException {
    Path store = temporary.resolve("store");
    run(store);
    Path copy = temporary.resolve("copy");
    assertEquals(
        0, Tool.run(List.of("cp", "-a", store.toString(), copy.toString())).status());
    SortedSet<String> content = StoreContent.of(store);
    assertEquals(content, StoreContent.of(copy));
    try (LayerStore one = LayerStore.open(store);
        LayerStore other = LayerStore.open(copy)) {
      one.tag("three", "only-here");
      assertTrue(
          other.images().stream().noneMatch(image -> image.names().toString().contains("only")));
      one.remove("only-here");
    }
    Path moved = temporary.resolve("moved");
    Files.move(store, moved);
    assertEquals(content, StoreContent.of(moved));
    assertFalse(Files.exists(store));
  }

  @Test
  void row99ReadOnlyFileSystem() throws IOException {
    try (LoopMount mount = LoopMount.of("ext4", temporary)) {
      Path store = mount.directory().resolve("store");
      try (LayerStore made = LayerStore.open(store)) {
        made.load(sources.layout("one"));
        made.create(made.image("one"), ContainerOptions.builder().name("c").build())
            .close();
      }
      remount(mount, "ro");
      try (LayerStore opened = LayerStore.open(store);
          LayerStore again = LayerStore.open(store)) {
        assertEquals(1, again.images().size());
        try (Rootfs root = opened.image("one").open()) {
          assertTrue(Files.readString(root.root().resolve("etc/own")).startsWith("1".repeat(9000)));
        }
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        opened.save(List.of("one"), SaveFormat.OCI_ARCHIVE, saved);
        assertTrue(saved.size() > 0);
        assertEquals("c", opened.containers().get(0).name().orElseThrow());
        assertThrows(FileSystemException.class, () -> opened.tag("one", "other"));
        assertThrows(FileSystemException.class, () -> opened.open("c"));
        assertThrows(FileSystemException.class, () -> opened.load(sources.layout("two")));
      }
      remount(mount, "rw");
      try (LayerStore opened = LayerStore.open(store)) {
        opened.load(sources.layout("two"));
        opened.open("c").close();
      }
    }
  }

  private static void remount(LoopMount mount, String how) throws IOException {
    Tool.Result result =
        Tool.run(List.of("mount", "-o", "remount," + how, mount.directory().toString()));
    assertEquals(0, result.status(), result.output());
  }
}
