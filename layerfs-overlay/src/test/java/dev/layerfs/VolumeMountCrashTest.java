package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that mounts or unmounts a container with volumes is killed at system calls, one after the other at full {@link Scale}. Whoever comes next
 * finds it mounted with all its volumes, or not at all, and nothing that is in the way. Needs root and strace.
 */
final class VolumeMountCrashTest {
  private static final String CALLS = "move_mount,umount2,rename,unlink,rmdir,mkdir,mkdirat";
  private static final int MOST = 200;

  /** Each build kills at one of so many calls in a row. */
  private static final int STRIDE = Scale.of(6, 1);

  @TempDir
  Path temporary;

  private Path directory;
  private Path target;
  private Path host;

  @BeforeEach
  void makeContainer() throws IOException {
    Tool.assume("strace");
    directory = temporary.resolve("store");
    target = Files.createDirectory(temporary.toRealPath().resolve("target"));
    host = Files.createDirectory(temporary.toRealPath().resolve("host"));
    Files.writeString(host.resolve("file"), "host");
    TestImage image = new TestImage().layer(new TarBuilder().file("motd", "hello"));
    try (LayerStore store = LayerStore.open(directory)) {
      MountSupport support = store.mountSupport();
      assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
      store.load(new TestLayout().image("i", image).write(temporary.resolve("layout")));
      store
          .volumes()
          .create(
              "kernel",
              VolumeOptions.builder()
                  .driver(new VolumeOptions.KernelMount("tmpfs", "x", List.of("size=64k")))
                  .build());
      ContainerOptions options = ContainerOptions.builder()
          .name("c")
          .tmpfs("/run", 1 << 20)
          .volume("data", "/run/data")
          .bind(host, "/mnt/host")
          .volume("kernel", "/kernel")
          .build();
      try (Container container = store.create(store.image("i"), options)) {
        Files.writeString(container.root().resolve("run/data/file"), "data");
      }
    }
  }

  private Set<String> mountTable() throws IOException {
    Set<String> targets = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String at = line.split(" ", -1)[4];
      if (at.startsWith(temporary.toRealPath().toString())) {
        targets.add(at);
      }
    }
    return targets;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mount", "unmount"})
  void nothingIsHalfDone(String operation) throws Exception {
    Random random = Seed.random(VolumeMountCrashTest.class);
    int killed = 0;
    int call = 1 + random.nextInt(STRIDE);
    while (!isDoneWithDeathAt(call, operation)) {
      killed++;
      assertTrue(call < MOST, "it never ends");
      comeNext(killed);
      assertEquals(Set.of(), mountTable(), operation + ", killed at call " + call);
      call += STRIDE;
    }
    try (LayerStore store = LayerStore.open(directory)) {
      comeNext(killed);
      store.removeContainer("c");
    }
    assertEquals(Set.of(), mountTable());
    assertTrue(call > 6, "killed only up to call " + call);
  }

  /** Runs the program until it dies at a system call, or is done. */
  private boolean isDoneWithDeathAt(int call, String operation) throws Exception {
    if (operation.equals("unmount")) {
      try (LayerStore store = LayerStore.open(directory)) {
        store.mount("c", target, MountOptions.DEFAULT);
      }
    }
    List<String> command =
        ClassPath.current().java(VolumeMountCrashProgram.class, directory, target, operation);
    command.add(1, "--enable-native-access=ALL-UNNAMED");
    Process program = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (BufferedReader output = program.inputReader()) {
      assertEquals("ready", output.readLine());
      Process tracer = trace(program.pid(), call);
      program.getOutputStream().write('\n');
      program.getOutputStream().flush();
      boolean done = "done".equals(output.readLine());
      program.onExit().join();
      tracer.getErrorStream().readAllBytes();
      tracer.onExit().join();
      return done;
    } finally {
      program.destroyForcibly();
    }
  }

  private static Process trace(long program, int call) throws IOException {
    Process tracer = new ProcessBuilder(
            "strace",
            "-f",
            "-p",
            Long.toString(program),
            "-e",
            "trace=" + CALLS,
            "-e",
            "inject=" + CALLS + ":signal=SIGKILL:when=" + call)
        .start();
    BufferedReader said = tracer.errorReader();
    String line = said.readLine();
    assertTrue(line != null && line.contains("attached"), String.valueOf(line));
    return tracer;
  }

  /** Each in turn: who opens, mounts, or unmounts. */
  private void comeNext(int turn) throws IOException {
    try (LayerStore store = LayerStore.open(directory)) {
      if (isMounted(store)) {
        requireAllVolumes(store.mounts().get(0).target());
        store.unmount("c");
      }
      switch (turn % 3) {
        case 0 -> open(store);
        case 1 -> mount(store);
        default -> unmount(store);
      }
    }
  }

  private static boolean isMounted(LayerStore store) throws IOException {
    return !store.mounts().isEmpty();
  }

  private void open(LayerStore store) throws IOException {
    try (Container container = store.open("c")) {
      requireAllVolumes(container.root());
    }
  }

  private void mount(LayerStore store) throws IOException {
    try (Mount mount = store.mount("c", target, MountOptions.DEFAULT)) {
      requireAllVolumes(mount.target());
    }
  }

  private static void unmount(LayerStore store) throws IOException {
    try {
      store.unmount("c");
    } catch (NotFoundException e) {
      // it was not mounted, or what was is taken away
    }
    try {
      store.open("c").close();
    } catch (InUseException e) {
      throw new AssertionError("it is still mounted", e);
    }
  }

  private void requireAllVolumes(Path root) throws IOException {
    assertEquals("data", Files.readString(root.resolve("run/data/file")));
    assertEquals("host", Files.readString(root.resolve("mnt/host/file")));
    assertEquals("hello", Files.readString(root.resolve("motd")));
    assertFalse(Files.exists(root.resolve("kernel/file")));
  }
}
