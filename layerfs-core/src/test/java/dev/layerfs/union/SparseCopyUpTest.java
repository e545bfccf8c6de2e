package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Large files of the image that are copied up: without their content where the host is good for that ({@link SparseFiles}),
 * as a whole on all others, which nobody can tell from outside.
 */
final class SparseCopyUpTest {
  private static final long SEED = Long.getLong("layerfs.seed", 1);
  private static final int CHUNK = 1 << 16;
  private static final int SIZE = (int) SparseFiles.MIN_SIZE + 5 * CHUNK + 1234;
  private static final Set<OpenFlag> READ_WRITE = Set.of(OpenFlag.READ, OpenFlag.WRITE);
  private static final Set<OpenFlag> APPEND =
      Set.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND);
  private static final String BIG = "dir/big";

  private static byte[] content() {
    byte[] content = new byte[SIZE];
    new Random(8).nextBytes(content);
    Arrays.fill(content, 20 * CHUNK, 30 * CHUNK, (byte) 0);
    return content;
  }

  private interface Body {
    void run(Big big) throws Exception;
  }

  /** An image with a large file that has two names, and an upper on it. */
  private static final class Big {
    private final TestHost host;
    private final Path container;
    private final TestImage image;
    private final byte[] content = content();

    Big(TestHost host, Path container, TestImage image) {
      this.host = host;
      this.container = container;
      this.image = image;
    }

    UnionView open() throws IOException {
      return UnionView.open(image.tree(), Upper.open(container, host.format()));
    }

    /** Whether copy-ups are sparse here. */
    boolean isSparse() throws IOException {
      Path probe = container.resolve("work/tmp-probe");
      HostFiles files = host.files(container);
      files.create(probe, FileType.REGULAR, 0600, 0, 0);
      boolean sparse = files.data(probe).isPresent();
      files.discard(probe);
      return sparse;
    }

    Path file() {
      return container.resolve("upper").resolve(BIG);
    }

    List<Path> records() throws IOException {
      Path directory = container.resolve("work/work/incompat/layerfs-sparse");
      if (Files.notExists(directory)) {
        return List.of();
      }
      try (Stream<Path> all = Files.list(directory)) {
        return all.toList();
      }
    }
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    TarBuilder tar = new TarBuilder()
        .directory("./")
        .directory("dir/")
        .add(TarEntryBuilder.file(BIG, content()).mtime(1_500_000_000L, 5))
        .hardLink("dir/same", BIG);
    try (TestImage image = TestImage.of(directory, tar)) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      body.run(new Big(host, container, image));
    } finally {
      TestHost.delete(directory);
    }
  }

  private static void write(UnionView view, byte[] bytes, long position) throws PosixException {
    try (FileHandle file = view.open(Paths.node(view, BIG), READ_WRITE)) {
      file.write(ByteBuffer.wrap(bytes), position);
    }
  }

  private static byte[] read(UnionView view) throws PosixException {
    return ViewTree.content(view, Paths.node(view, BIG));
  }

  private static byte[] with(byte[] content, byte[] bytes, int position) {
    byte[] changed = content.clone();
    System.arraycopy(bytes, 0, changed, position, bytes.length);
    return changed;
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void onlyWhatIsWrittenIsCopied(TestHost host) throws Exception {
    with(host, big -> {
      byte[] expected = with(big.content, new byte[] {42}, 100_000);
      try (UnionView view = big.open()) {
        write(view, new byte[] {42}, 100_000);
        assertArrayEquals(expected, read(view));
        Stat stat = view.stat(Paths.node(view, "dir/same"));
        assertEquals(SIZE, stat.size());
        assertEquals(2, stat.links());
        if (big.isSparse()) {
          assertTrue(stat.blocks() * 512 < 4 * CHUNK, () -> "it takes " + stat.blocks());
          assertEquals(1, big.records().size());
        }
      }
      try (UnionView view = big.open()) { // nothing has to be done in between
        assertArrayEquals(expected, read(view));
      }
    });
  }

  /** Whoever looks at the host afterwards sees a plain file of overlayfs, with all that it had. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void settledIsAsIfItHadBeenCopied(TestHost host) throws Exception {
    with(host, big -> {
      byte[] expected = with(big.content, new byte[] {42, 43}, CHUNK - 1);
      Name capability = Name.of("security.capability");
      byte[] value = {1, 0, 0, 2, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      try (UnionView view = big.open()) {
        write(view, new byte[] {42, 43}, CHUNK - 1);
        Node node = Paths.node(view, BIG);
        view.chmod(node, 04751);
        view.setXattr(node, capability, value, XattrFlag.SET);
        Stat before = view.stat(node);
        view.uppers().settle();
        Stat after = view.stat(node);
        assertEquals(before.mode(), after.mode());
        assertEquals(before.mtimeSeconds(), after.mtimeSeconds());
        assertEquals(before.mtimeNanos(), after.mtimeNanos());
        assertArrayEquals(value, view.xattr(node, capability));
        assertArrayEquals(expected, read(view));
      }
      assertPlain(big, expected);
    });
  }

  private static void assertPlain(Big big, byte[] expected) throws IOException {
    assertFalse(Files.exists(big.container.resolve("work/work")), "the directory of records");
    HostFiles files = big.host.files(big.container);
    Path directory = files.resolve(big.container.resolve("upper"), Name.of("dir"));
    Path file = files.resolve(directory, Name.of("big"));
    assertNull(files.xattr(file, Name.of(files.markPrefix() + "layerfs.sparse")));
    assertArrayEquals(expected, Files.readAllBytes(files.content(file)));
  }

  /** What zeros the image has are holes, and zeros that were written over data are zeros. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void zerosAreNotTakenForHoles(TestHost host) throws Exception {
    with(host, big -> {
      byte[] zeros = new byte[3 * CHUNK];
      byte[] expected = with(big.content, zeros, CHUNK);
      try (UnionView view = big.open()) {
        write(view, zeros, CHUNK);
      }
      try (UnionView view = big.open()) {
        assertArrayEquals(expected, read(view));
        view.uppers().settle();
        long bytes = view.stat(Paths.node(view, BIG)).blocks() * 512;
        assertTrue(!big.isSparse() || bytes < SIZE - 9L * CHUNK, () -> "it takes " + bytes);
      }
      assertPlain(big, expected);
    });
  }

  /** Random operations on one file, compared with an array. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void likeAnArray(TestHost host) throws Exception {
    with(host, big -> {
      Random random = new Random(SEED);
      byte[] model = big.content;
      for (int round = 0; round < 3; round++) {
        try (UnionView view = big.open();
            FileHandle early = view.open(Paths.node(view, BIG), Set.of(OpenFlag.READ))) {
          for (int i = 0; i < 20; i++) {
            model = change(view, random, model);
            check(early, random, model);
          }
          assertArrayEquals(model, read(view), () -> "seed " + SEED);
        }
      }
      try (UnionView view = big.open()) {
        view.uppers().settle();
      }
      assertPlain(big, model);
    });
  }

  private static byte[] change(UnionView view, Random random, byte[] model) throws IOException {
    String name = random.nextBoolean() ? BIG : "dir/same";
    byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 5 * CHUNK : 9000)];
    random.nextBytes(bytes);
    Node node = Paths.node(view, name);
    int dice = random.nextInt(100);
    if (dice < 70) {
      int position = position(random, model.length);
      try (FileHandle file = view.open(node, READ_WRITE)) {
        file.write(ByteBuffer.wrap(bytes), position);
      }
      return with(
          Arrays.copyOf(model, Math.max(model.length, position + bytes.length)), bytes, position);
    } else if (dice < 80) {
      try (FileHandle file = view.open(node, APPEND)) {
        file.write(ByteBuffer.wrap(bytes), 0);
      }
      return with(Arrays.copyOf(model, model.length + bytes.length), bytes, model.length);
    } else if (dice < 88) {
      int size = model.length + random.nextInt(2 * CHUNK);
      try (FileHandle file = view.open(node, READ_WRITE)) {
        file.truncate(size);
      }
      return Arrays.copyOf(model, size);
    } else if (dice < 95) {
      Paths.rename(view, "dir/same", "dir/other");
      Paths.link(view, BIG, "dir/same");
      Paths.unlink(view, "dir/other");
      view.chmod(node, random.nextInt(01000));
      return model;
    } else if (dice < 98) {
      view.sync();
      return model;
    }
    int size = Math.max(1, model.length - random.nextInt(CHUNK));
    try (FileHandle file = view.open(node, READ_WRITE)) {
      file.truncate(size);
    }
    return Arrays.copyOf(model, size);
  }

  /** Often where something begins or ends. */
  private static int position(Random random, int size) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(size);
      case 1 -> random.nextInt(size / CHUNK) * CHUNK;
      case 2 -> Math.max(0, size - random.nextInt(3000));
      default -> Math.max(0, random.nextInt(size / CHUNK) * CHUNK + random.nextInt(8) - 4);
    };
  }

  private static void check(FileHandle file, Random random, byte[] model) throws PosixException {
    int position = position(random, model.length);
    ByteBuffer found = ByteBuffer.allocate(1 + random.nextInt(4 * CHUNK));
    int n = file.read(found, position);
    int expected = Math.min(found.capacity(), model.length - position);
    assertEquals(expected == 0 ? -1 : expected, n, () -> "seed " + SEED);
    assertArrayEquals(
        Arrays.copyOfRange(model, position, position + expected),
        Arrays.copyOf(found.array(), expected),
        () -> "seed " + SEED + ", at " + position);
  }

  /** Each thread has bytes of its own in every chunk, and sees what it has written. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void manyThreadsWriteToTheSameChunks(TestHost host) throws Exception {
    with(host, big -> {
      int threads = 8;
      ExecutorService pool = Executors.newFixedThreadPool(threads + 1);
      try (UnionView view = big.open();
          FileHandle file = view.open(Paths.node(view, BIG), READ_WRITE)) {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          byte[] mine = {(byte) (t + 1)};
          int offset = t;
          tasks.add(() -> {
            for (int chunk = 0; chunk * CHUNK + offset < SIZE; chunk++) {
              long at = (long) chunk * CHUNK + offset;
              file.write(ByteBuffer.wrap(mine), at);
              ByteBuffer back = ByteBuffer.allocate(1);
              file.read(back, at);
              assertEquals(mine[0], back.get(0));
            }
            return true;
          });
        }
        AtomicInteger writing = new AtomicInteger(threads);
        tasks.replaceAll(task -> () -> {
          try {
            return task.call();
          } finally {
            writing.decrementAndGet();
          }
        });
        tasks.add(() -> {
          while (writing.get() > 0) {
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            assertEquals(SIZE, file.read(all, 0));
            assertEquals(big.content[100], all.get(100));
          }
          return true;
        });
        for (Future<Boolean> done : pool.invokeAll(tasks)) {
          assertTrue(done.get());
        }
        byte[] expected = big.content.clone();
        for (int at = 0; at < SIZE; at += CHUNK) {
          for (int t = 0; t < threads && at + t < SIZE; t++) {
            expected[at + t] = (byte) (t + 1);
          }
        }
        assertArrayEquals(expected, read(view));
      } finally {
        pool.shutdownNow();
      }
    });
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE"})
  void whatIsCutOffIsNotCopied(TestHost host) throws Exception {
    with(host, big -> {
      try (UnionView view = big.open()) {
        view.chmod(Paths.node(view, BIG), 0600);
        try (FileHandle file = view.open(Paths.node(view, BIG), READ_WRITE)) {
          file.truncate(CHUNK + 5);
          file.truncate(3 * CHUNK);
        }
        byte[] expected = Arrays.copyOf(Arrays.copyOf(big.content, CHUNK + 5), 3 * CHUNK);
        assertArrayEquals(expected, read(view));
        view.uppers().settle();
        assertPlain(big, expected);
      }
    });
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE"})
  void whatIsMappedIsInTheFile(TestHost host) throws Exception {
    with(host, big -> {
      byte[] expected = with(big.content, new byte[] {1, 2}, 5);
      try (UnionView view = big.open();
          FileHandle file = view.open(Paths.node(view, BIG), READ_WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {1}), 5);
        long time = view.stat(file.node()).mtimeSeconds();
        MappedByteBuffer mapped = file.map(MapMode.READ_ONLY, 0, SIZE);
        file.write(ByteBuffer.wrap(new byte[] {2}), 6);
        byte[] found = new byte[SIZE];
        mapped.get(found);
        assertArrayEquals(expected, found);
        assertTrue(time > 1_500_000_000L);
      }
    });
  }

  /** The record follows the bytes. Without it nothing was written; what it says of bytes that were lost is not believed. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS"})
  void ofWhatPowerLossTookTheImagesContentIsLeft(TestHost host) throws Exception {
    with(host, big -> {
      if (isPlain(big)) {
        return;
      }
      byte[] kept = with(big.content, new byte[] {42}, CHUNK + 7);
      try (UnionView view = big.open()) {
        write(view, new byte[] {42}, CHUNK + 7);
        write(view, new byte[] {43}, 50 * CHUNK + 7);
      }
      punch(big, 50 * CHUNK);
      try (UnionView view = big.open()) {
        assertArrayEquals(kept, read(view));
        write(view, new byte[] {44}, 50 * CHUNK + 8);
        assertArrayEquals(with(kept, new byte[] {44}, 50 * CHUNK + 8), read(view));
      }
      for (Path record : big.records()) {
        Files.delete(record);
      }
      try (UnionView view = big.open()) {
        assertArrayEquals(big.content, read(view));
        view.uppers().settle();
      }
      assertPlain(big, big.content);
    });
  }

  /** Bytes before a position, and those after the chunk there, are all that is written anew. */
  private static void punch(Big big, int hole) throws IOException {
    try (FileChannel file =
        FileChannel.open(big.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.truncate(hole);
      file.write(ByteBuffer.allocate(1), SIZE - 1);
    }
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS"})
  void theContentOfAnotherImageIsRefused(TestHost host) throws Exception {
    with(host, big -> {
      if (isPlain(big)) {
        return;
      }
      try (UnionView view = big.open()) {
        write(view, new byte[] {42}, 7);
      }
      Path other = Files.createDirectory(big.container.resolveSibling("other"));
      TarBuilder tar = new TarBuilder()
          .directory("./")
          .directory("dir/")
          .add(TarEntryBuilder.file(BIG, content()).mtime(1_500_000_001L, 5))
          .hardLink("dir/same", BIG);
      try (TestImage image = TestImage.of(other, tar);
          UnionView view = UnionView.open(image.tree(), Upper.open(big.container, host.format()))) {
        PosixException refused = assertThrows(PosixException.class, () -> Paths.node(view, BIG));
        assertEquals(Errno.EIO, refused.errno());
      }
    });
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void whatIsDeletedLeavesNoRecord(TestHost host) throws Exception {
    with(host, big -> {
      try (UnionView view = big.open();
          FileHandle open = view.open(Paths.node(view, BIG), READ_WRITE)) {
        open.write(ByteBuffer.wrap(new byte[] {42}), 7);
        Paths.unlink(view, BIG);
        Paths.unlink(view, "dir/same");
        ByteBuffer found = ByteBuffer.allocate(2);
        open.read(found, 7);
        assertArrayEquals(new byte[] {42, big.content[8]}, found.array());
      }
      assertEquals(List.of(), big.records());
    });
  }

  /** Whether this host copies everything: then there is nothing to be lost. */
  private static boolean isPlain(Big big) throws IOException {
    assertEquals(List.of(), big.records());
    return !big.isSparse();
  }

  private interface Step {
    void take(UnionView view) throws IOException;
  }

  /** Whatever the last change was that the host made, what was read before or after is read again. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS"})
  void aProcessMayDieAnywhere(TestHost host) throws Exception {
    with(host, big -> {
      if (isPlain(big)) {
        return;
      }
      byte[] written = {1, 2, 3};
      byte[] first = with(big.content, written, 10);
      byte[] second = with(first, written, 3 * CHUNK - 1);
      List<byte[]> states =
          List.of(big.content, first, second, Arrays.copyOf(second, SIZE - 2 * CHUNK));
      List<Step> steps = List.of(
          view -> write(view, written, 10),
          view -> write(view, written, 3 * CHUNK - 1),
          view -> view.uppers().settle(),
          view -> {
            try (FileHandle file = view.open(Paths.node(view, BIG), READ_WRITE)) {
              file.truncate(SIZE - 2 * CHUNK);
            }
          });
      boolean died = true;
      for (int changes = 0; died; changes++) {
        Path container = big.container.resolveSibling("dead" + changes);
        host.create(container, big.image.tree());
        int done = takeSteps(host, container, big.image, steps, changes);
        died = done < steps.size();
        Big again = new Big(host, container, big.image);
        byte[] found;
        try (UnionView view = again.open()) {
          found = read(view);
          view.uppers().settle();
          assertArrayEquals(found, read(view));
        }
        assertPlain(again, found, done > 0);
        int state = done == 0 ? 0 : done < 3 ? done : done - 1;
        byte[] next = states.get(Math.min(state + 1, 3));
        boolean isOne = Arrays.equals(states.get(state), found) || Arrays.equals(next, found);
        assertTrue(isOne, "after " + changes + " changes, in step " + done);
      }
    });
  }

  private static void assertPlain(Big big, byte[] expected, boolean isThere) throws IOException {
    if (isThere) {
      assertPlain(big, expected);
    }
  }

  /** Returns how many steps were done by a host that takes only some changes more. */
  private static int takeSteps(
      TestHost host, Path container, TestImage image, List<Step> steps, int changes)
      throws IOException {
    AtomicInteger left = new AtomicInteger(changes);
    Upper upper = WatchedHost.open(host, container, (call, place) -> {
      if (left.getAndDecrement() <= 0) {
        throw new PosixException(Errno.EIO, "the process is dead");
      }
    });
    int done = 0;
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      for (Step step : steps) {
        step.take(view);
        done++;
      }
    } catch (PosixException e) {
      assertEquals(Errno.EIO, e.errno());
    }
    return done;
  }
}
