package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed at any step of bringing an upper with limits into its file system, or back: whoever opens the
 * container next finds all that was written, and nothing is left over. Some of the steps in each build, all at full {@link
 * Scale}. Needs root.
 */
final class LimitedMountCrashTest {
  private static final byte[] KEPT = new byte[3 << 20];

  @TempDir
  Path temporary;

  private LayerStore store;
  private Path target;
  private Path own;

  /** What can be seen of the steps, by what is in the container's directory. */
  private static Map<String, Predicate<Path>> steps() {
    Map<String, Predicate<Path>> steps = new TreeMap<>();
    steps.put("1 about to begin", own -> Files.exists(own.resolve("limited.json")));
    steps.put("2 file made", own -> Files.exists(own.resolve("limited.img")));
    steps.put("3 file mounted", own -> Files.exists(own.resolve("limited/lost+found")));
    steps.put("4 being filled", own -> Files.exists(own.resolve("limited/container/upper")));
    steps.put("5 filled", own -> Files.exists(own.resolve("limited/taken")));
    steps.put("6 inside", own -> isIn(own, "inside"));
    steps.put("7 old upper gone", own -> Files.notExists(own.resolve("upper")));
    steps.put("8 mounted", own -> isIn(own, "inside") && !isMounted(own.resolve("limited")));
    steps.put("9a being copied back", own -> Files.exists(own.resolve("returned/upper")));
    steps.put("9b copied back", own -> isIn(own, "returned"));
    steps.put(
        "9c upper in its place",
        own -> isIn(own, "returned") && Files.exists(own.resolve("upper")));
    return steps;
  }

  private static boolean isIn(Path own, String state) {
    try {
      return Files.readString(own.resolve("limited.json")).contains(state);
    } catch (IOException e) {
      return false;
    }
  }

  /** By the mount table: whoever looks into what is mounted keeps it from being unmounted. */
  private static boolean isMounted(Path directory) {
    try {
      return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + directory + " ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    if (store != null) {
      for (Mount mount : store.mounts()) {
        mount.unmountLazily();
      }
      store.close();
    }
  }

  @Test
  void everythingIsThereAfterAKill() throws IOException {
    Path directory = temporary.resolve("store");
    target = Files.createDirectory(temporary.resolve("target"));
    store = LayerStore.open(directory);
    MountSupport support = store.mountSupport();
    assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
    Tool.assume("mkfs.ext4");
    TestImage image = new TestImage().layer(new TarBuilder().directory("etc/").file("motd", "hi"));
    store.load(new TestLayout().image("limits:1", image).write(temporary.resolve("layout")));
    ContainerOptions options =
        ContainerOptions.builder().name("web").sizeLimit(5 << 20).inodeLimit(50).build();
    try (Container container = store.create(store.image("limits:1"), options)) {
      Files.write(container.root().resolve("kept"), KEPT);
      Files.delete(container.root().resolve("motd"));
      own = directory.resolve("layerfs/containers").resolve(container.info().id());
    }
    int written = 0;
    List<Map.Entry<String, Predicate<Path>>> steps = new ArrayList<>(steps().entrySet());
    Collections.shuffle(steps, Seed.random(LimitedMountCrashTest.class));
    for (Map.Entry<String, Predicate<Path>> step : steps.subList(0, Scale.of(2, steps.size()))) {
      int said = runUntil(directory, written, step.getValue());
      written = check(step.getKey(), Math.max(said, written - 1) + 1);
    }
    store.mount("web", target).close(); // and the image's mount goes
  }

  /** Returns the last line that the program said it had written; -1 for none. */
  private int runUntil(Path directory, int first, Predicate<Path> step) throws IOException {
    List<String> command =
        ClassPath.current().java(LimitedMountingProgram.class, directory, "web", target, first);
    command.add(1, "--enable-native-access=ALL-UNNAMED");
    Path output = temporary.resolve("output");
    Process process = new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    while (process.isAlive() && !step.test(own)) {
      Thread.onSpinWait();
    }
    assertTrue(process.isAlive(), "the program failed");
    process.destroyForcibly();
    process.onExit().join();
    return Files.readAllLines(output).stream().mapToInt(Integer::parseInt).max().orElse(-1);
  }

  /** Returns how many lines there are: at least as many as were told of. */
  private int check(String step, int told) throws IOException {
    for (Mount mount : store.mounts()) {
      mount.close();
    }
    int lines;
    try (Container container = store.open("web")) {
      Path log = container.root().resolve("log");
      List<String> found = Files.exists(log) ? Files.readAllLines(log) : List.of();
      lines = found.size();
      assertEquals(IntStream.range(0, lines).mapToObj(Integer::toString).toList(), found, step);
      assertTrue(lines >= told, step + ": " + lines + " lines, told of " + told);
      assertArrayEquals(KEPT, Files.readAllBytes(container.root().resolve("kept")), step);
      assertFalse(Files.exists(container.root().resolve("motd")), step);
      assertEquals(lines == 0 ? 1 : 2, container.info().usage().orElseThrow().inodes(), step);
    }
    try (Stream<Path> files = Files.list(own)) {
      List<String> left = files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("limited") || name.equals("returned"))
          .toList();
      assertEquals(List.of(), left, step);
    }
    String loops = Tool.run(List.of("losetup", "-a")).output();
    assertFalse(loops.contains(own.toRealPath().toString()), step + ": " + loops);
    return lines;
  }
}
