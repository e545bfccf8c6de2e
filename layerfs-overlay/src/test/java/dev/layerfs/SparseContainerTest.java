package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Containers with a large file that was copied up without its content, on ext4, and what a kernel and a commit see of them. Needs root. */
@EnabledOnOs(OS.LINUX)
final class SparseContainerTest {
  private static final String IMAGE = "big:1";
  private static final int SIZE = (9 << 20) + 5;
  private static final int WRITTEN = 5_999_999;
  private static final FileTime TIME = FileTime.fromMillis(1_700_000_000_000L);

  @TempDir
  Path temporary;

  private final byte[] content = new byte[SIZE];
  private LoopMount disk;
  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    disk = LoopMount.of("ext4", temporary);
    store = LayerStore.open(disk.directory().resolve("store"));
    new Random(5)
        .ints(SIZE / 512)
        .forEach(bytes -> content[Math.floorMod(bytes, SIZE)] = (byte) bytes);
    TestImage image = new TestImage().layer(new TarBuilder().directory("./").file("big", content));
    store.load(new TestLayout().image(IMAGE, image).write(temporary.resolve("layout")));
    content[WRITTEN] = 42;
  }

  @AfterEach
  void unmount() throws IOException {
    try (LoopMount unmounted = disk;
        LayerStore closed = store) {
      if (unmounted != null && closed != null) { // else the test was skipped
        for (Mount mount : closed.mounts()) {
          mount.unmountLazily();
        }
      }
    }
  }

  private Container create(String name) throws IOException {
    Container made =
        store.create(store.image(IMAGE), ContainerOptions.builder().name(name).build());
    write(made);
    return made;
  }

  private static void write(Container container) throws IOException {
    Path big = container.root().resolve("big");
    try (FileChannel channel = FileChannel.open(big, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), WRITTEN);
    }
    Files.setPosixFilePermissions(big, PosixFilePermissions.fromString("rw-r-----"));
    Files.setLastModifiedTime(big, TIME);
    Files.setLastModifiedTime(container.root(), TIME);
  }

  private static byte[] read(Container container) throws IOException {
    return Files.readAllBytes(container.root().resolve("big"));
  }

  /** Returns the host's files of the large file, in uppers of containers and those beneath. */
  private List<Path> copies() throws IOException {
    try (Stream<Path> all = Files.walk(disk.directory().resolve("store"))) {
      return all.filter(path -> path.endsWith("upper/big")).toList();
    }
  }

  private static long bytes(Path file) throws IOException {
    return Long.parseLong(
            Tool.run(List.of("stat", "-c", "%b", file.toString())).output().strip())
        * 512;
  }

  @Test
  void noKernelMountsItBeforeItIsWhole() throws IOException {
    MountSupport support = store.mountSupport();
    assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
    create("c").close();
    Path copy = copies().get(0);
    assertTrue(bytes(copy) < SIZE / 4, "it was copied");
    Path target = Files.createDirectory(temporary.resolve("target"));
    Path lower = Files.createDirectory(temporary.resolve("lower"));
    Path upper = copy.getParent();
    String options =
        "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + upper.resolveSibling("work");
    Tool.Result byHand =
        Tool.run(List.of("mount", "-t", "overlay", "overlay", "-o", options, target.toString()));
    assertTrue(byHand.status() != 0, "a kernel would have shown zeros");
    try (Mount mount = store.mount("c", target)) {
      Path big = target.resolve("big");
      assertArrayEquals(content, Files.readAllBytes(big));
      assertEquals(TIME, Files.getLastModifiedTime(big));
      assertEquals(target, mount.target());
    }
    try (Container again = store.open("c")) {
      assertArrayEquals(content, read(again));
    }
  }

  @Test
  void aCommitIsThatOfAPlainCopy() throws IOException {
    try (Container sparse = create("sparse");
        Container whole = store.create(store.image(IMAGE))) {
      byte[] all = read(whole);
      Path big = whole.root().resolve("big");
      Files.delete(big);
      Files.write(big, all);
      write(whole);
      assertEquals(
          whole.commit("whole:1").layers().get(1).diffId(),
          sparse.commit("sparse:1").layers().get(1).diffId());
      assertArrayEquals(content, read(sparse));
    }
    try (Container committed = store.create(store.image("sparse:1"))) {
      assertArrayEquals(content, read(committed));
    }
  }

  @Test
  void whatStandsOnItIsWhole() throws IOException {
    try (Container parent = create("parent");
        Container fork = parent.fork()) {
      assertTrue(copies().stream().allMatch(copy -> isWhole(copy)), "the covered upper");
      Files.delete(parent.root().resolve("big"));
      assertArrayEquals(content, read(fork));
      Checkpoint checkpoint = fork.checkpoint();
      Files.write(fork.root().resolve("big"), new byte[] {1}, StandardOpenOption.APPEND);
      fork.rollback(checkpoint);
      assertArrayEquals(content, read(fork));
    }
  }

  private static boolean isWhole(Path copy) {
    try {
      return bytes(copy) >= SIZE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
