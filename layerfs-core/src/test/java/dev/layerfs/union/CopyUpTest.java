package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;

/** Copy-up by several threads, interrupted, and of what is easily lost. */
final class CopyUpTest {
  private static final int THREADS = 16;
  private static final Set<OpenFlag> READ_WRITE = Set.of(OpenFlag.READ, OpenFlag.WRITE);

  private interface Body {
    void run(Path container, TestImage image) throws Exception;
  }

  private static void with(TestHost host, TarBuilder tar, Body body) throws Exception {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, tar)) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      body.run(container, image);
    } finally {
      TestHost.delete(directory);
    }
  }

  @ParameterizedTest
  @OnHosts
  void aFileIsCopiedOnceByManyThreads(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      AtomicInteger copies = new AtomicInteger();
      AtomicInteger renames = new AtomicInteger();
      Upper upper = WatchedHost.open(host, container, (call, place) -> {
        boolean inWork = place.startsWith(container.resolve("work"));
        if (call == WatchedHost.Call.CREATE && inWork) {
          copies.incrementAndGet();
        } else if (call == WatchedHost.Call.RENAME && !inWork) {
          renames.incrementAndGet();
        }
      });
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        byte[] expected = new byte[20_000];
        for (FileHandle file : inParallel(i -> {
          FileHandle file = view.open(Paths.node(view, "d"), READ_WRITE);
          expected[i] = (byte) (i + 1);
          file.write(ByteBuffer.wrap(new byte[] {(byte) (i + 1)}), i);
          return file;
        })) {
          ByteBuffer content = ByteBuffer.allocate(expected.length);
          file.read(content, 0);
          assertArrayEquals(expected, content.array());
        }
      }
      assertEquals(1, copies.get(), "copies");
      assertEquals(1, renames.get(), "renames into place");
    });
  }

  /** {@code d} is copied up without content, so that it is empty before it is truncated; {@code a/a} has its size. */
  @ParameterizedTest
  @OnHosts
  void truncatingSetsTheTimeThoughTheSizeStays(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node emptied = Paths.node(view, "d");
        Node same = Paths.node(view, "a/a");
        view.open(emptied, Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE)).close();
        try (FileHandle file = view.open(same, READ_WRITE)) {
          file.truncate(file.size());
        }
        long longAgo = 1_700_000_000L; // after the image's times
        assertTrue(view.stat(emptied).mtimeSeconds() > longAgo, "O_TRUNC");
        assertTrue(view.stat(same).mtimeSeconds() > longAgo, "truncate");
      }
    });
  }

  private interface Task<T> {
    T run(int number) throws Exception;
  }

  private static <T> List<T> inParallel(Task<T> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        calls.add(() -> {
          start.await();
          return task.run(number);
        });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** In the middle of a copy another thread does everything else: it would never end if it waited for the copy. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "JIMFS_UNIX"})
  void aCopyKeepsNobodyElseWaiting(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      ExecutorService other = Executors.newSingleThreadExecutor();
      List<UnionView> views = new ArrayList<>();
      AtomicBoolean done = new AtomicBoolean();
      Upper upper = WatchedHost.open(host, container, (call, place) -> {
        if (call == WatchedHost.Call.OPEN && !views.isEmpty() && !done.getAndSet(true)) {
          await(other.submit(() -> {
            changeAnotherDirectory(views.get(0));
            return true;
          }));
        }
      });
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        views.add(view);
        Paths.write(view, "a/b", "S");
        assertTrue(done.get());
        assertEquals(
            "Second",
            new String(
                ViewTree.content(view, Paths.node(view, "c/moved/b")), StandardCharsets.UTF_8));
      } finally {
        other.shutdownNow();
      }
    });
  }

  private static void changeAnotherDirectory(UnionView view) throws PosixException {
    Paths.create(view, "c/new", FileType.REGULAR);
    Paths.write(view, "c/new", "text");
    assertEquals(4, ViewTree.content(view, Paths.node(view, "c/new")).length);
    Paths.rename(view, "a", "c/moved"); // copies the same file up with its directory, and is first
  }

  private static void await(Future<?> future) throws PosixException {
    try {
      future.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new PosixException(Errno.EIO, "the other thread", new IOException(e));
    }
  }

  @ParameterizedTest
  @OnHosts
  void anInterruptLeavesTheHandleToOthers(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()));
          FileHandle file = view.open(Paths.node(view, "a/b"), READ_WRITE);
          FileHandle second = view.open(Paths.node(view, "a/b"), READ_WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {'1'}), 0);
        Thread.currentThread().interrupt();
        PosixException e = assertThrows(
            PosixException.class, () -> file.write(ByteBuffer.wrap(new byte[] {'x'}), 1));
        assertEquals(Errno.EINTR, e.errno());
        assertTrue(Thread.interrupted());
        file.write(ByteBuffer.wrap(new byte[] {'2'}), 1);
        ByteBuffer content = ByteBuffer.allocate(6);
        second.read(content, 0);
        assertArrayEquals(new byte[] {'1', '2', 'c', 'o', 'n', 'd'}, content.array());
      }
    });
  }

  @ParameterizedTest
  @OnHosts
  void anInterruptedCopyChangesNothing(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node node = Paths.node(view, "d");
        Thread.currentThread().interrupt();
        try {
          view.open(node, READ_WRITE).close();
        } catch (PosixException e) {
          assertEquals(Errno.EINTR, e.errno(), e::toString);
        } finally {
          assertTrue(Thread.interrupted());
        }
        assertArrayEquals(new byte[20_000], ViewTree.content(view, node));
        Paths.write(view, "d", "now");
        assertEquals(20_000, view.stat(node).size());
      }
    });
  }

  /** Before 1970 the JDK can only set whole seconds. */
  @ParameterizedTest
  @OnHosts
  void timesBeforeTheEpochAndNanosecondsStay(TestHost host) throws Exception {
    TarBuilder tar = new TarBuilder()
        .directory("./")
        .add(TarEntryBuilder.file("old", new byte[] {1}).mtime(-1_000_000_000L, 123_456_789));
    with(host, tar, (container, image) -> {
      Timespec atime = new Timespec(-2, 999_999_999);
      Timespec mtime = new Timespec(1, 999_999_999);
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        view.chmod(Paths.node(view, "old"), 0600);
        view.utimens(Paths.create(view, "new", FileType.DIRECTORY), atime, mtime);
        checkTimes(host, view);
      }
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        checkTimes(host, view);
      }
    });
  }

  /** The JDK sets no fractions of seconds before 1970. */
  private static void checkTimes(TestHost host, UnionView view) throws PosixException {
    Stat old = view.stat(Paths.node(view, "old"));
    assertEquals(
        new Timespec(-1_000_000_000L, host.isInstalled() ? 123_456_789 : 0),
        new Timespec(old.mtimeSeconds(), old.mtimeNanos()));
    Stat made = view.stat(Paths.node(view, "new"));
    assertEquals(
        new Timespec(1, 999_999_999), new Timespec(made.mtimeSeconds(), made.mtimeNanos()));
    assertEquals(
        new Timespec(-2, host.isInstalled() ? 999_999_999 : 0),
        new Timespec(made.atimeSeconds(), made.atimeNanos()));
  }

  /** Which times a host has differs; that one is beyond them is no failure, of copy-up least of all. */
  @ParameterizedTest
  @OnHosts
  void timesBeyondEveryCalendarAreTakenAsNearAsTheHostCan(TestHost host) throws Exception {
    long farthest = Long.MAX_VALUE / 2;
    with(host, SampleImage.tar(), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node file = Paths.create(view, "new", FileType.REGULAR);
        view.utimens(file, new Timespec(-farthest, 1), new Timespec(farthest, 999_999_999));
        Stat stat = view.stat(file);
        assertTrue(stat.mtimeSeconds() > Integer.MAX_VALUE, () -> "mtime " + stat.mtimeSeconds());
        assertTrue(stat.atimeSeconds() < 0, () -> "atime " + stat.atimeSeconds());
      }
    });
  }

  /** fs/open.c: both come with {@code ATTR_MTIME}. */
  @ParameterizedTest
  @OnHosts
  void toTruncateIsAChangeEvenIfTheLengthStays(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node file = Paths.create(view, "new", FileType.REGULAR);
        view.utimens(file, null, new Timespec(1, 0));
        try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE))) {
          handle.truncate(0);
        }
        assertTrue(view.stat(file).mtimeSeconds() > 1, "ftruncate");
        view.utimens(file, null, new Timespec(1, 0));
        view.open(file, Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE)).close();
        assertTrue(view.stat(file).mtimeSeconds() > 1, "O_TRUNC");
      }
    });
  }

  /** Hosts give the number of an inode that is gone to the next that is made. */
  @ParameterizedTest
  @OnHosts
  void aLinkDoesNotInheritTheNumberOfOneThatIsGone(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      List<Long> numbers = new ArrayList<>();
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        view.chown(Paths.node(view, "e"), 1, 1);
        Paths.unlink(view, "e");
        for (int i = 0; i < 50; i++) {
          Paths.symlink(view, "link" + i, "x");
          numbers.add(view.stat(Paths.node(view, "link" + i)).inode());
        }
      }
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        for (int i = 0; i < 50; i++) {
          assertEquals(numbers.get(i), view.stat(Paths.node(view, "link" + i)).inode());
        }
      }
    });
  }

  /** What has its name now is another directory. */
  @ParameterizedTest
  @OnHosts
  void aDirectoryThatIsGoneIsNotCopiedUp(TestHost host) throws Exception {
    with(host, SampleImage.tar(), (container, image) -> {
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        Node gone = Paths.node(view, "c");
        Paths.rmdir(view, "c");
        for (int i = 0; i < 2; i++) {
          PosixException failure = assertThrows(PosixException.class, () -> view.chown(gone, 1, 1));
          assertEquals(Errno.ESTALE, failure.errno());
          assertEquals(0, view.stat(gone).links());
          assertEquals(i, ViewTree.names(view, "").stream().filter("c"::equals).count());
          if (i == 0) {
            Paths.create(view, "c", FileType.DIRECTORY);
          }
        }
        assertEquals(0, view.stat(Paths.node(view, "c")).uid());
      }
    });
  }
}
