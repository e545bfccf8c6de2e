package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;

/** In the middle of a change in one directory another thread works in another: it would never end if it waited. */
final class LocksTest {
  private interface Work {
    void run(UnionView view) throws PosixException;
  }

  /** What is done in one directory, and the change on the host in whose middle the other thread works. */
  private enum Change {
    CREATE(WatchedHost.Call.CREATE, view -> Paths.create(view, "a/new", FileType.REGULAR)),
    MKDIR(WatchedHost.Call.RENAME, view -> Paths.create(view, "a/new", FileType.DIRECTORY)),
    SYMLINK(WatchedHost.Call.RENAME, view -> Paths.symlink(view, "a/new", "x")),
    LINK(WatchedHost.Call.LINK, view -> Paths.link(view, "a/here", "a/new")),
    UNLINK(WatchedHost.Call.DELETE, view -> Paths.unlink(view, "a/here")),
    HIDE(WatchedHost.Call.RENAME, view -> Paths.unlink(view, "a/b")),
    RENAME(WatchedHost.Call.RENAME, view -> Paths.rename(view, "a/here", "a/new")),
    CHMOD(WatchedHost.Call.OWNER_AND_MODE, view -> view.chmod(Paths.node(view, "a/here"), 0600)),
    COPY_UP(WatchedHost.Call.RENAME, view -> Paths.write(view, "a/b", "changed"));

    final WatchedHost.Call call;
    final Work work;

    Change(WatchedHost.Call call, Work work) {
      this.call = call;
      this.work = work;
    }
  }

  private static void workInC(UnionView view) throws PosixException {
    Paths.create(view, "c/new", FileType.REGULAR);
    Paths.create(view, "c/directory", FileType.DIRECTORY);
    Paths.symlink(view, "c/link", "new");
    Paths.link(view, "c/new", "c/second");
    Paths.rename(view, "c/new", "c/renamed");
    Paths.unlink(view, "c/second");
    view.chmod(Paths.node(view, "c/there"), 0600);
    try (FileHandle file = view.open(Paths.node(view, "c/there"), Set.of(OpenFlag.WRITE))) {
      file.write(ByteBuffer.wrap(new byte[] {1}), 0);
    }
    assertEquals(4, view.list(Paths.node(view, "c")).size());
    assertEquals(1, view.stat(Paths.node(view, "c/there")).size());
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE", "JIMFS_UNIX"})
  void writersInDifferentDirectoriesDoNotWaitForEachOther(TestHost host) throws Exception {
    Path directory = host.directory();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      for (Change change : Change.values()) {
        Path container = directory.resolve(change.name());
        host.create(container, image.tree());
        during(host, container, image, change, other);
      }
    } finally {
      other.shutdownNow();
      TestHost.delete(directory);
    }
  }

  private static void during(
      TestHost host, Path container, TestImage image, Change change, ExecutorService other)
      throws IOException {
    AtomicReference<Work> pending = new AtomicReference<>();
    AtomicReference<UnionView> opened = new AtomicReference<>();
    Upper upper = WatchedHost.open(host, container, (call, place) -> {
      Work work = call == change.call ? pending.getAndSet(null) : null;
      if (work != null) {
        await(other.submit(() -> {
          work.run(opened.get());
          return true;
        }));
      }
    });
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      opened.set(view);
      Paths.create(view, "a/here", FileType.REGULAR);
      Paths.create(view, "c/there", FileType.REGULAR);
      pending.set(LocksTest::workInC);
      change.work.run(view);
      assertNull(pending.get(), change + " was made without " + change.call);
    }
  }

  private static void await(Future<?> future) throws PosixException {
    try {
      future.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new PosixException(Errno.EIO, "the other thread", new IOException(e));
    }
  }
}
