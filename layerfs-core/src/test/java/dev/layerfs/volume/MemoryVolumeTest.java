package dev.layerfs.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.union.Quota;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Limits of volumes in memory: what fits fits, and one byte or inode more does not. */
final class MemoryVolumeTest {
  private static final int BLOCK = Quota.BLOCK;
  private static final Set<OpenFlag> WRITE = Set.of(OpenFlag.WRITE);

  private static void assertErrno(Errno errno, Executable operation) {
    assertEquals(errno, assertThrows(PosixException.class, operation).errno());
  }

  private static Node file(HostView view, String name) throws PosixException {
    return view.create(view.root(), Name.of(name), FileType.REGULAR, 0600, 0, 0);
  }

  private static long free(HostView view) throws PosixException {
    FileSystemStat figures = view.statfs();
    return figures.freeBlocks() * figures.blockSize();
  }

  @Test
  void theRootHasTheModeThatWasAskedFor() throws PosixException {
    try (HostView view = MemoryVolume.open(BLOCK, 1, 01777)) {
      assertEquals(01777, view.stat(view.root()).mode());
      assertErrno(Errno.ENOSPC, () -> file(view, "one"));
    }
    assertErrno(Errno.ENOSPC, () -> MemoryVolume.open(BLOCK, 0, 0755));
  }

  @Test
  void spaceIsExact() throws PosixException {
    try (HostView view = MemoryVolume.open(4 * BLOCK, 10, 0755);
        FileHandle file = view.open(file(view, "file"), WRITE)) {
      file.write(ByteBuffer.allocate(4 * BLOCK), 0);
      assertEquals(0, free(view));
      assertErrno(Errno.ENOSPC, () -> file.write(ByteBuffer.allocate(1), 4 * BLOCK));
      assertEquals(4 * BLOCK, file.size());
      assertErrno(Errno.ENOSPC, () -> file.truncate(4 * BLOCK + 1));
      file.truncate(3 * BLOCK + 1);
      assertEquals(0, free(view));
      file.truncate(3 * BLOCK);
      assertEquals(BLOCK, free(view));
      assertErrno(Errno.ENOSPC, () -> file.write(ByteBuffer.allocate(2 * BLOCK), 3 * BLOCK));
      assertEquals(3 * BLOCK, file.size(), "nothing half-written");
      file.write(ByteBuffer.allocate(3 * BLOCK), 0); // in place
      assertEquals(BLOCK, free(view));
    }
  }

  @Test
  void whatIsOpenCountsUntilItIsClosed() throws PosixException {
    try (HostView view = MemoryVolume.open(4 * BLOCK, 3, 0755)) {
      FileHandle file = view.open(file(view, "file"), WRITE);
      file.write(ByteBuffer.allocate(2 * BLOCK), 0);
      view.unlink(view.root(), Name.of("file"));
      assertEquals(2 * BLOCK, free(view));
      file.write(ByteBuffer.allocate(BLOCK), 2 * BLOCK);
      assertEquals(BLOCK, free(view));
      assertEquals(0, file.stat().links());
      assertEquals(3 * BLOCK, file.stat().size());
      file(view, "second");
      assertErrno(Errno.ENOSPC, () -> file(view, "third"));
      file.close();
      assertEquals(4 * BLOCK, free(view));
      file(view, "third");
    }
  }

  @Test
  void linksCountOnceAndWhatIsReplacedNoMore() throws PosixException {
    try (HostView view = MemoryVolume.open(4 * BLOCK, 3, 0755)) {
      Node one = file(view, "one");
      view.link(one, view.root(), Name.of("link"));
      write(view, one, 2 * BLOCK);
      Node two = file(view, "two");
      write(view, two, 2 * BLOCK);
      view.unlink(view.root(), Name.of("one"));
      assertEquals(0, free(view));
      view.rename(view.root(), Name.of("two"), view.root(), Name.of("link"), Set.of());
      assertEquals(2 * BLOCK, free(view));
      view.symlink(view.root(), Name.of("symlink"), new byte[] {'x'});
      assertErrno(Errno.ENOSPC, () -> view.symlink(view.root(), Name.of("more"), new byte[] {'x'}));
      view.unlink(view.root(), Name.of("symlink"));
      view.create(view.root(), Name.of("directory"), FileType.DIRECTORY, 0755, 0, 0);
      view.rmdir(view.root(), Name.of("directory"));
      view.create(view.root(), Name.of("fifo"), FileType.FIFO, 0600, 0, 0);
      view.rename(
          view.root(), Name.of("fifo"), view.root(), Name.of("link"), Set.of(RenameFlag.EXCHANGE));
      assertNotNull(view.lookup(view.root(), Name.of("fifo")));
    }
  }

  private static void write(HostView view, Node node, int size) throws PosixException {
    try (FileHandle file = view.open(node, WRITE)) {
      file.write(ByteBuffer.allocate(size), 0);
    }
  }

  /** However many threads write, together they never get more than there is, and everything comes back. */
  @Test
  void nothingIsLostAmongThreads() throws Exception {
    int blocks = 64;
    try (HostView view = MemoryVolume.open((long) blocks * BLOCK, 100, 0755)) {
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int number = t;
        Thread thread = new Thread(() -> {
          try {
            churn(view, new Random(number), "file" + number);
          } catch (PosixException | RuntimeException | Error e) {
            synchronized (failures) {
              failures.add(e);
            }
          }
        });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), failures);
      assertEquals((long) blocks * BLOCK, free(view));
    }
  }

  private static void churn(HostView view, Random random, String name) throws PosixException {
    for (int i = 0; i < 200; i++) {
      Node node = file(view, name);
      FileHandle file = view.open(node, WRITE);
      try {
        file.write(ByteBuffer.allocate(1 + random.nextInt(40 * BLOCK)), random.nextInt(BLOCK));
        file.truncate(random.nextInt(20 * BLOCK));
      } catch (PosixException e) {
        assertEquals(Errno.ENOSPC, e.errno());
      }
      if (random.nextBoolean()) {
        file.close();
        view.unlink(view.root(), Name.of(name));
      } else {
        view.unlink(view.root(), Name.of(name));
        file.close();
      }
    }
  }
}
