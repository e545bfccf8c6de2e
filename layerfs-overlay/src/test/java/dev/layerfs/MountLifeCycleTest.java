package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Containers on real kernel mounts: who may have them when, and what is left when somebody dies. Needs root. */
final class MountLifeCycleTest {
  private static final String IMAGE = "debian:12";

  @TempDir
  Path temporary;

  private Set<String> before;
  private Path directory;
  private Path target;
  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    before = mountTable();
    directory = temporary.resolve("store");
    target = Files.createDirectory(temporary.resolve("a target, with: \\ everything"));
    store = LayerStore.open(directory);
    MountSupport support = store.mountSupport();
    assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
    TestImage image = new TestImage()
        .layer(new TarBuilder()
            .directory("etc/")
            .file("etc/motd", "hello")
            .file("etc/gone", "gone")
            .directory("etc/d/")
            .file("etc/d/f", "f"))
        .layer(new TarBuilder().whiteout("etc/", "gone"));
    store.load(new TestLayout().image(IMAGE, image).write(temporary.resolve("layout")));
  }

  @AfterEach
  void nothingIsLeftMounted() throws IOException {
    for (Mount mount : store.mounts()) {
      mount.unmountLazily();
    }
    store.close();
    assertEquals(before, mountTable());
  }

  /** What is mounted below this test's directory: others may mount at the same time. */
  private Set<String> mountTable() throws IOException {
    Set<String> targets = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String target = line.split(" ", -1)[4];
      if (target.startsWith(temporary.toRealPath().toString())) {
        targets.add(target);
      }
    }
    return targets;
  }

  private Container create(String name) throws IOException {
    return store.create(
        store.image(IMAGE), ContainerOptions.builder().name(name).build());
  }

  private static String shell(String script, Path directory) throws IOException {
    Tool.Result result = Tool.run(List.of("sh", "-c", script, "sh", directory.toString()));
    assertEquals(0, result.status(), result.output());
    return result.output().strip();
  }

  @Test
  void whatOneWritesTheOtherShows() throws IOException {
    Mount mount;
    try (Container container = create("web")) {
      Files.writeString(container.root().resolve("etc/java"), "by Java");
      Files.delete(container.root().resolve("etc/d/f"));
      mount = container.mount(target);
      assertThrows(
          ClosedFileSystemException.class,
          () -> Files.readString(container.root().resolve("etc/motd")));
    }
    assertEquals("hello by Java", shell("cd \"$1\"/etc; echo $(cat motd) $(cat java)", target));
    shell("cd \"$1\"/etc; rm motd; mv d e; echo shell >new; ln new link; ! test -e gone", target);
    mount.close();
    mount.close();
    try (Container container = store.open("web")) {
      Path etc = container.root().resolve("etc");
      assertFalse(Files.exists(etc.resolve("motd")));
      assertEquals("shell\n", Files.readString(etc.resolve("link")));
      assertEquals(2, Files.getAttribute(etc.resolve("new"), "unix:nlink"));
      assertTrue(Files.isDirectory(etc.resolve("e")));
      assertFalse(Files.exists(etc.resolve("e/f")));
    }
  }

  @Test
  void aMountedContainerIsInUse() throws IOException {
    create("web").mount(target);
    List<Executable> refused = List.of(
        () -> store.open("web").close(),
        () -> store.mount("web", target),
        () -> store.mountPlan("web"),
        () -> store.reset("web"),
        () -> store.convert("web"),
        () -> store.removeContainer("web"));
    for (Executable use : refused) {
      InUseException e = assertThrows(InUseException.class, use);
      assertTrue(e.getMessage().contains(target.toString()), e.getMessage());
    }
    assertEquals(target.toRealPath(), store.container("web").mountedAt().orElseThrow());
    store.unmount("web");
    assertTrue(store.container("web").mountedAt().isEmpty());
    assertThrows(NotFoundException.class, () -> store.unmount("web"));
    store.removeContainer("web");
  }

  @Test
  void anOpenContainerIsNotMounted() throws IOException {
    try (Container container = create("web")) {
      assertThrows(InUseException.class, () -> store.mount("web", target));
      assertEquals("hello", Files.readString(container.root().resolve("etc/motd")));
    }
  }

  @Test
  void anImageIsMountedOnceForAllItsContainers() throws IOException {
    Path second = Files.createDirectory(temporary.resolve("second"));
    Mount one = create("one").mount(target);
    try (Process program = start("two", second)) {
      assertEquals(before.size() + 3, mountTable().size(), "an image and two containers");
      one.close();
      assertEquals(before.size() + 2, mountTable().size());
      assertEquals("hello", shell("cat \"$1\"/etc/motd", second));
    }
    store.unmount("two");
  }

  @Test
  void mountsOutliveTheirProcess() throws IOException {
    String container;
    try (Process program = start("web", target)) {
      container = program.container;
    }
    shell("echo more >\"$1\"/etc/more", target);
    try (LayerStore again = LayerStore.open(directory)) {
      assertEquals(
          List.of(container), again.mounts().stream().map(Mount::container).toList());
      again.unmount("web");
      try (Container opened = again.open("web")) {
        assertEquals("more\n", Files.readString(opened.root().resolve("etc/more")));
      }
    }
  }

  @Test
  void anEphemeralContainerGoesWithItsMount() throws IOException {
    ContainerOptions ephemeral = ContainerOptions.builder().ephemeral().build();
    Mount mount = store.create(store.image(IMAGE), ephemeral).mount(target);
    shell("echo more >\"$1\"/etc/more", target);
    mount.close();
    assertEquals(List.of(), store.containers());
  }

  @Test
  void anEphemeralContainerGoesWithItsProcess() throws IOException {
    start("ephemeral", target).close();
    LayerStore.open(directory).close();
    assertEquals(List.of(), store.containers());
    assertEquals(before, mountTable());
  }

  @Test
  void aMountThatWasTakenAwayByHandIsNoMount() throws IOException {
    create("web").mount(target);
    shell("umount \"$1\"", target);
    try (Container container = store.open("web")) {
      assertEquals("hello", Files.readString(container.root().resolve("etc/motd")));
    }
    store.mount("web", target).close();
  }

  @Test
  void whoUsesAMountIsNamed() throws IOException {
    Mount mount = create("web").mount(target);
    java.lang.Process sleeper =
        new ProcessBuilder("cat").directory(target.resolve("etc").toFile()).start();
    try {
      InUseException e = assertThrows(InUseException.class, mount::close);
      assertTrue(e.getMessage().contains(Long.toString(sleeper.pid())), e.getMessage());
      mount.unmountLazily();
      assertEquals(List.of(), store.mounts());
    } finally {
      sleeper.destroy();
      sleeper.onExit().join();
    }
  }

  @Test
  void mountsAreMadeInMounts() throws IOException {
    create("outer").mount(target);
    Path inner = Files.createDirectory(target.resolve("inner"));
    create("inner").mount(inner);
    InUseException e = assertThrows(InUseException.class, () -> store.unmount("outer"));
    assertTrue(e.getMessage().contains("inner"), e.getMessage());
    store.unmount("inner");
    store.unmount("outer");
  }

  @Test
  void aTargetIsADirectoryAndNoLink() throws IOException {
    create("web").close();
    Path link = Files.createSymbolicLink(temporary.resolve("link"), target);
    Path file = Files.createFile(temporary.resolve("file"));
    for (Path wrong : List.of(link, file, temporary.resolve("missing"))) {
      IOException e = assertThrows(IOException.class, () -> store.mount("web", wrong));
      assertTrue(e.getMessage().contains(wrong.toString()), e.getMessage());
      assertFalse(e instanceof InUseException, e.getMessage());
    }
    assertThrows(NotDirectoryException.class, () -> Files.list(file).close());
    store.open("web").close();
  }

  @Test
  void checkpointsAndForksAreMountedWithWhatIsBeneath() throws IOException {
    try (Container container = create("parent")) {
      Files.writeString(container.root().resolve("etc/one"), "1");
      Files.delete(container.root().resolve("etc/motd"));
      container.checkpoint();
      Files.writeString(container.root().resolve("etc/two"), "2");
      try (Container fork =
          container.fork(ContainerOptions.builder().name("fork").build())) {
        Files.delete(fork.root().resolve("etc/one"));
        Files.writeString(fork.root().resolve("etc/motd"), "new");
      }
    }
    store.mount("parent", target);
    assertEquals("d one two", shell("cd \"$1\"/etc; echo *", target));
    store.unmount("parent");
    store.mount("fork", target);
    assertEquals("d motd two", shell("cd \"$1\"/etc; echo *", target));
    shell("rm \"$1\"/etc/two", target);
    store.unmount("fork");
    try (Container fork = store.open("fork")) {
      assertFalse(Files.exists(fork.root().resolve("etc/two")));
    }
  }

  @Test
  void anImageIsExtractedWhereAKernelCantMountIt() throws IOException {
    MountOptions extract = MountOptions.builder().extractImage().build();
    create("web").close();
    create("db").close();
    Path second = Files.createDirectory(temporary.resolve("second"));
    store.mount("web", target, extract);
    store.mount("db", second, extract);
    assertEquals(before.size() + 2, mountTable().size());
    assertEquals("hello", shell("cd \"$1\"/etc; ! test -e gone && cat motd", target));
    shell("echo changed >\"$1\"/etc/motd", second);
    assertEquals("hello", shell("cat \"$1\"/etc/motd", target));
    store.unmount("web");
    store.unmount("db");
    store.removeContainer("web");
    store.removeContainer("db");
    Path extracted = directory.resolve("layerfs/extracted");
    try (Stream<Path> images = Files.list(extracted)) {
      assertEquals(1, images.count(), "once for both");
    }
    store.remove(IMAGE);
    try (Stream<Path> images = Files.list(extracted)) {
      assertEquals(0, images.count());
    }
  }

  @Test
  void aPlanIsMountedBySomebodyElse() throws IOException {
    create("web").close();
    MountPlan plan =
        store.mountPlan("web", MountOptions.builder().extractImage().build());
    MountPlan.Step step = plan.steps().get(plan.steps().size() - 1);
    store
        .open("web")
        .close(); // as long as nobody has; the plan can be carried out after that as well
    Tool.Result mounted = Tool.run(List.of(
        "mount",
        "-t",
        step.type(),
        "-o",
        String.join(",", step.options()),
        step.source(),
        target.toString()));
    assertEquals(0, mounted.status(), mounted.output());
    assertEquals("hello", shell("cat \"$1\"/etc/motd", target));
    assertThrows(InUseException.class, () -> store.open("web"));
    shell("umount \"$1\"", target);
    store.open("web").close();
  }

  @Test
  void aStoreInMemoryIsNotMounted() throws IOException {
    try (LayerStore memory = LayerStore.inMemory()) {
      memory.load(temporary.resolve("layout"));
      memory
          .create(memory.image(IMAGE), ContainerOptions.builder().name("web").build())
          .close();
      PosixException e = assertThrows(PosixException.class, () -> memory.mount("web", target));
      assertTrue(e.getMessage().contains("default file system"), e.getMessage());
    }
  }

  /** A program that has mounted a container, and dies when this is closed. */
  private record Process(java.lang.Process process, String container) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.onExit().join();
    }
  }

  private Process start(String name, Path at) throws IOException {
    List<String> command =
        ClassPath.current().java(MountingProgram.class, directory, IMAGE, at, name);
    command.add(1, "--enable-native-access=ALL-UNNAMED");
    java.lang.Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String container = process.inputReader().readLine();
    assertTrue(container != null, "the program failed");
    return new Process(process, container);
  }
}
