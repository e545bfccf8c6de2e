package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;

/** Two threads change one inode by names in two directories: the host keeps all about it in one record. */
final class HardLinkLocksTest {
  private interface Work {
    void run(UnionView view) throws PosixException;
  }

  @ParameterizedTest
  @OnHosts({"PORTABLE", "JIMFS_UNIX"})
  void noNameIsMiscounted(TestHost host) throws IOException {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      AtomicReference<@Nullable Thread> other = new AtomicReference<>();
      PausingRecords records = new PausingRecords(() -> {
        Thread thread = other.getAndSet(null);
        if (thread != null) {
          thread.start();
          while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
          }
        }
      });
      Upper upper = Upper.open(container, new PortableFiles(container.resolve("work"), records));
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        Paths.create(view, "a/one", FileType.REGULAR);
        Paths.link(view, "a/one", "c/two");
        meanwhile(
            view, other, v -> Paths.unlink(v, "c/two"), v -> v.chmod(Paths.node(v, "a/one"), 0600));
        assertEquals(1, view.stat(Paths.node(view, "a/one")).links());
        Paths.link(view, "a/one", "c/two");
        meanwhile(
            view, other, v -> Paths.unlink(v, "c/two"), v -> Paths.link(v, "a/one", "a/three"));
        assertEquals(2, view.stat(Paths.node(view, "a/one")).links());
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  /** Does something, and something else in another thread once the first has read a record. */
  private static void meanwhile(
      UnionView view, AtomicReference<@Nullable Thread> other, Work inOther, Work work)
      throws PosixException {
    Thread thread = new Thread(() -> {
      try {
        inOther.run(view);
      } catch (PosixException e) {
        throw new IllegalStateException(e);
      }
    });
    other.set(thread);
    work.run(view);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Records that are not written before something else has been tried. */
  private record PausingRecords(RecordStore records, Runnable pause) implements RecordStore {
    PausingRecords(Runnable pause) {
      this(new RecordStore.Attribute(), pause);
    }

    @Override
    public byte @Nullable [] read(Path object) throws PosixException {
      return records.read(object);
    }

    @Override
    public void write(Path object, byte[] record) throws PosixException {
      pause.run();
      records.write(object, record);
    }

    @Override
    public void move(Path from, Path to) throws PosixException {
      records.move(from, to);
    }

    @Override
    public void link(Path existing, Path added) throws PosixException {
      records.link(existing, added);
    }

    @Override
    public void delete(Path object) throws PosixException {
      records.delete(object);
    }

    @Override
    public void sync(Path object) throws PosixException {
      records.sync(object);
    }
  }
}
