package dev.layerfs.libraries;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Git's way to change a file: whoever creates {@code x.lock} holds {@code x}, writes the lock file, forces it and renames
 * it over {@code x}. JGit itself speaks {@code java.io.File} and can't be given a path that is not the default file
 * system's.
 */
final class GitLockTest extends LibraryTest {
  private static final int THREADS = 4;
  private static final int TURNS = 50;
  private static final int CHANGES = 400;

  @Override
  List<TarBuilder> layers() {
    return List.of(new TarBuilder().directory(".git/").file(".git/counter", "0"));
  }

  private static boolean change(Path file, CopyOption... options) throws IOException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel = FileChannel.open(lock, CREATE_NEW, WRITE)) {
      int next = Integer.parseInt(Files.readString(file)) + 1;
      channel.write(ByteBuffer.wrap(Integer.toString(next).getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    Files.move(lock, file, options);
    return true;
  }

  @Test
  void aLockIsHeldOnce() throws IOException {
    Path file = path(".git/counter");
    Path lock = Files.createFile(path(".git/counter.lock"));
    assertThrows(FileAlreadyExistsException.class, () -> Files.createFile(lock));
    assertEquals(false, change(file, ATOMIC_MOVE));
    Files.delete(lock);
    assertEquals(true, change(file, ATOMIC_MOVE));
    assertEquals("1", Files.readString(file));
    assertEquals(List.of("C /.git", "C /.git/counter"), changes());
  }

  /** Each success must count once, and a reader must always find a whole number. */
  @Test
  void contendersLoseNoChange() throws Exception {
    Path file = path(".git/counter");
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Callable<Integer>> contenders = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      CopyOption how = i % 2 == 0 ? ATOMIC_MOVE : REPLACE_EXISTING;
      contenders.add(() -> {
        start.await();
        int changed = 0;
        for (int turn = 0; turn < TURNS; turn++) {
          changed += change(file, how) ? 1 : 0;
          Integer.parseInt(Files.readString(file));
        }
        return changed;
      });
    }
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      int changed = 0;
      for (Future<Integer> contender : pool.invokeAll(contenders)) {
        changed += contender.get();
      }
      assertEquals(Integer.toString(changed), Files.readString(file));
    } finally {
      pool.shutdown();
    }
  }

  /** Between its lookup and its opening a file may be replaced, and is then another one. */
  @Test
  void readersAlwaysFindAFile() throws Exception {
    Path file = path(".git/counter");
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> reader = () -> {
      int last = 0;
      while (!done.get()) {
        int next = Integer.parseInt(Files.readString(file));
        assertTrue(next >= last, () -> next + " after a later one");
        last = next;
      }
      return last;
    };
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> readers = List.of(pool.submit(reader), pool.submit(reader));
      for (int i = 1; i <= CHANGES; i++) {
        Path next = Files.writeString(path(".git/next"), Integer.toString(i));
        Files.move(next, file, ATOMIC_MOVE);
      }
      done.set(true);
      for (Future<Integer> last : readers) {
        assertTrue(last.get() <= CHANGES);
      }
    } finally {
      done.set(true);
      pool.shutdown();
    }
  }
}
