package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.LimitsNotEnforcedException;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers with limits on real kernel mounts. Needs root. */
final class LimitedMountTest {
  private static final long BLOCK = 4096;
  private static final long LIMIT = 4 << 20;
  private static final int INODES = 40;

  /** What the kernel needs for itself beside the content: maps of extents, directories. */
  private static final long SLACK = 4 * BLOCK;

  @TempDir
  Path temporary;

  private Path directory;
  private Path target;
  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    open(temporary);
  }

  private void open(Path parent) throws IOException {
    directory = parent.resolve("store, with: \\ everything");
    target = Files.createDirectory(parent.resolve("target"));
    store = LayerStore.open(directory);
    MountSupport support = store.mountSupport();
    assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
    Tool.assume("mkfs.ext4");
    TestImage image = new TestImage()
        .layer(new TarBuilder()
            .directory("etc/")
            .file("etc/motd", "hello")
            .file("etc/gone", "gone")
            .file("etc/large", new byte[2 << 20])
            .symlink("link", "etc/motd"));
    store.load(new TestLayout().image("limits:1", image).write(parent.resolve("layout")));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    for (Mount mount : store.mounts()) {
      mount.unmountLazily();
    }
    store.close();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws IOException {
    String real = temporary.toRealPath().toString();
    List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(real) && line.contains("limited"))
        .toList();
    assertEquals(List.of(), mounts);
    List<String> loops = Tool.run(List.of("losetup", "-a"))
        .output()
        .lines()
        .filter(line -> line.contains(real) && line.contains("limited.img"))
        .toList();
    assertEquals(List.of(), loops);
  }

  private Container create(String name) throws IOException {
    return store.create(
        store.image("limits:1"),
        ContainerOptions.builder()
            .name(name)
            .sizeLimit(LIMIT)
            .inodeLimit(INODES)
            .build());
  }

  private Path own(String container) throws IOException {
    return directory
        .resolve("layerfs/containers")
        .resolve(store.container(container).id());
  }

  private static Tool.Result shell(String script, Path directory) throws IOException {
    return Tool.run(List.of("sh", "-c", script, "sh", directory.toString()));
  }

  private static String successful(String script, Path directory) throws IOException {
    Tool.Result result = shell(script, directory);
    assertEquals(0, result.status(), result.output());
    return result.output().strip();
  }

  private static void assertFull(String script, Path directory) throws IOException {
    Tool.Result result = shell(script, directory);
    assertTrue(
        result.status() != 0 && result.output().contains("No space left on device"),
        result.output());
  }

  private static void fill(Path target) throws IOException {
    assertFull("dd if=/dev/zero of=\"$1\"/data bs=4k", target);
  }

  @Test
  void aKernelWritesWhatFitsAndNoMore() throws IOException {
    byte[] kept = new byte[(1 << 20) + 5];
    try (Container container = create("web")) {
      Files.write(container.root().resolve("before"), kept);
      Files.delete(container.root().resolve("etc/gone"));
    }
    store.mount("web", target);
    assertEquals("hello", successful("cd \"$1\"; test ! -e etc/gone && cat link", target));
    fill(target);
    long left = LIMIT - ((1 << 20) + BLOCK);
    long size = Files.size(target.resolve("data"));
    assertTrue(size <= left && size >= left - SLACK, size + " of " + left);
    assertFull("dd if=/proc/self/status of=\"$1\"/etc/motd oflag=append conv=notrunc", target);
    assertEquals("hello", successful("cat \"$1\"/etc/motd", target));
    store.unmount("web");
    assertNothingIsLeft();
    try (Container container = store.open("web")) {
      Path root = container.root();
      assertArrayEquals(kept, Files.readAllBytes(root.resolve("before")));
      assertEquals(size, Files.size(root.resolve("data")));
      assertFalse(Files.exists(root.resolve("etc/gone")));
      SpaceUsage used = container.info().usage().orElseThrow();
      assertEquals((1 << 20) + BLOCK + size, used.bytes());
      assertEquals(3, used.inodes()); // two files and etc/
      Files.write(root.resolve("rest"), new byte[(int) (LIMIT - used.bytes())]);
      assertThrows(IOException.class, () -> Files.write(root.resolve("more"), new byte[1]));
    }
  }

  @Test
  void aCheckFindsNothingWrongWhileItIsMounted() throws IOException {
    create("web").close();
    store.mount("web", target);
    List<CheckReport.Finding> wrong =
        store.maintenance().check(CheckOptions.DEFAULT).findings().stream()
            .filter(finding -> finding.status() != CheckReport.Status.NOTE)
            .toList();
    assertEquals(List.of(), wrong);
    store.unmount("web");
  }

  @Test
  void inodesAreLimitedAsWell() throws IOException {
    create("web").close();
    store.mount("web", target);
    assertFull("cd \"$1\"; for i in $(seq 100); do touch new$i || exit 1; done", target);
    long made;
    try (Stream<Path> files = Files.list(target)) {
      made =
          files.filter(file -> file.getFileName().toString().startsWith("new")).count();
    }
    assertEquals(INODES, made);
    successful("rm \"$1\"/new1 \"$1\"/new2; : >\"$1\"/again", target);
    store.unmount("web");
    assertEquals(INODES - 1, usageWhenOpened("web").inodes());
  }

  private SpaceUsage usageWhenOpened(String name) throws IOException {
    try (Container container = store.open(name)) {
      return container.info().usage().orElseThrow();
    }
  }

  @Test
  void whatFitsIsWrittenAgainAndAgain() throws IOException {
    create("web").close();
    for (int round = 0; round < 3; round++) {
      store.mount("web", target);
      successful("cd \"$1\"; echo " + round + " >>log; rm -f data; ln -f log other", target);
      fill(target);
      store.unmount("web");
    }
    try (Container container = store.open("web")) {
      assertEquals("0\n1\n2\n", Files.readString(container.root().resolve("other")));
      assertEquals(2, (int) Files.getAttribute(container.root().resolve("log"), "unix:nlink"));
    }
  }

  @Test
  void inodeNumbersStay() throws IOException {
    Object before;
    try (Container container = create("web")) {
      Files.writeString(container.root().resolve("new"), "new");
      Files.writeString(container.root().resolve("etc/motd"), "changed");
      before = numbers(container);
    }
    store.mount("web", target);
    store.unmount("web");
    try (Container container = store.open("web")) {
      assertEquals(before, numbers(container));
    }
  }

  private static List<Object> numbers(Container container) throws IOException {
    return List.of(
        Files.getAttribute(container.root().resolve("new"), "unix:ino"),
        Files.getAttribute(container.root().resolve("etc"), "unix:ino"),
        Files.getAttribute(container.root().resolve("etc/motd"), "unix:ino"));
  }

  @Test
  void anOpenContainerIsMountedAndAnEphemeralOneGoes() throws IOException {
    ContainerOptions options =
        ContainerOptions.builder().ephemeral().sizeLimit(LIMIT).build();
    Mount mount = store.create(store.image("limits:1"), options).mount(target);
    fill(target);
    mount.close();
    assertEquals(List.of(), store.containers());
  }

  @Test
  void aMountThatWasTakenAwayByHandIsFinishedWhenOpened() throws IOException {
    create("web").close();
    store.mount("web", target);
    successful("echo new >\"$1\"/new; umount \"$1\"", target);
    try (Container container = store.open("web")) {
      assertEquals("new\n", Files.readString(container.root().resolve("new")));
    }
    store.mount("web", target).close(); // and the image's mount goes
  }

  @Test
  void whoStillUsesItKeepsOthersOut() throws IOException {
    create("web").close();
    Mount mount = store.mount("web", target);
    Process sleeper =
        new ProcessBuilder("cat").directory(target.resolve("etc").toFile()).start();
    try {
      assertThrows(InUseException.class, mount::close);
      mount.unmountLazily();
      assertThrows(InUseException.class, () -> store.open("web"));
    } finally {
      sleeper.destroy();
      sleeper.onExit().join();
    }
    store.open("web").close();
  }

  @Test
  void aContainerIsRemovedWhateverIsLeftOfItsMount() throws IOException {
    create("web").close();
    store.mount("web", target);
    successful("umount \"$1\"", target);
    store.removeContainer("web");
    assertEquals(List.of(), store.containers());
    assertNothingIsLeft();
    create("other").mount(target).close(); // and the image's mount goes
  }

  @Test
  void whatDoesNotFitAnyMoreIsNotMounted() throws IOException {
    try (Container container = create("web")) {
      Files.write(container.root().resolve("full"), new byte[(int) LIMIT]);
    }
    store.mount("web", target);
    assertFull("cp /proc/self/status \"$1\"/more", target);
    successful("rm \"$1\"/full; echo more >\"$1\"/more", target);
    store.unmount("web");
    assertEquals(new SpaceUsage(BLOCK, 1), usageWhenOpened("web"));
  }

  @Test
  void aPlanIsRefused() throws IOException {
    create("web").close();
    assertThrows(LimitsNotEnforcedException.class, () -> store.mountPlan("web"));
    store.open("web").close();
  }

  @Test
  void whereNoFileCanBeMountedItIsRefusedAndNothingHasChanged() throws IOException {
    Tool.assume("unshare");
    List<String> command = ClassPath.current()
        .java(
            LimitsInUserNamespaceRun.class,
            temporary.resolve("layout"),
            Files.createDirectory(temporary.resolve("user")));
    command.add(1, "--enable-native-access=ALL-UNNAMED");
    command.addAll(0, List.of("unshare", "--user", "--map-root-user", "--mount"));
    Tool.Result result = Tool.run(command);
    List<String> lines = result.output().lines().toList();
    assertEquals(4, lines.size(), result.output());
    assertTrue(lines.get(0).startsWith("refused: container "), result.output());
    assertTrue(lines.get(0).contains("its limits can't be enforced: mount failed"), lines.get(0));
    assertEquals("kept", lines.get(1));
    assertEquals(new SpaceUsage(BLOCK, 1).toString(), lines.get(2));
    assertEquals("[]", lines.get(3));
  }

  @Test
  void checkpointsBeneathAreNotCounted() throws IOException {
    try (Container container = create("web")) {
      Files.write(container.root().resolve("old"), new byte[(int) LIMIT]);
      container.checkpoint();
    }
    store.mount("web", target);
    fill(target);
    long size = Files.size(target.resolve("data"));
    assertTrue(size <= LIMIT && size >= LIMIT - SLACK, size + " of " + LIMIT);
    assertEquals(LIMIT, Files.size(target.resolve("old")));
    store.unmount("web");
    assertEquals(size, usageWhenOpened("web").bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "ext4", "btrfs"})
  void onAnyFileSystemOfTheHost(String type) throws IOException {
    store.close();
    try (LoopMount host = LoopMount.of(type, temporary)) {
      open(host.directory());
      try (LayerStore onHost = store) {
        create("web").close();
        onHost.mount("web", target);
        fill(target);
        long size = Files.size(target.resolve("data"));
        assertTrue(size <= LIMIT && size >= LIMIT - SLACK, size + " of " + LIMIT);
        onHost.unmount("web");
        assertEquals(size, usageWhenOpened("web").bytes());
      }
    }
    store = LayerStore.open(temporary.resolve("other"));
  }
}
