package dev.layerfs.volume;

import static dev.layerfs.volume.MountedContainer.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Timespec;
import dev.layerfs.testing.faulty.FaultyFileSystem;
import dev.layerfs.testing.faulty.FaultyFileSystem.Fault;
import dev.layerfs.union.ViewTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.AccessMode;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A volume of a provider that fails, waits or answers nonsense: errors are typed, and nothing is done by halves. */
final class FaultyVolumeTest {
  /** What a provider may throw, and the error that it is. */
  enum Failure {
    IO(Errno.EIO) {
      @Override
      void fail() throws IOException {
        throw new IOException("gone");
      }
    },
    TIMEOUT(Errno.ETIMEDOUT) {
      @Override
      void fail() throws IOException {
        throw new IOException("no answer", new SocketTimeoutException());
      }
    },
    CLOSED(Errno.EIO) {
      @Override
      void fail() {
        throw new ClosedFileSystemException();
      }
    },
    BUG(Errno.EIO) {
      @Override
      void fail() {
        throw new UncheckedIOException("a bug", new IOException("gone"));
      }
    },
    FORBIDDEN(Errno.EACCES) {
      @Override
      void fail() {
        throw new SecurityException("forbidden");
      }
    };

    private final Errno errno;

    Failure(Errno errno) {
      this.errno = errno;
    }

    abstract void fail() throws IOException;
  }

  /** Something done with a tree that {@link #fill} has made. */
  private interface Action {
    void run(HostView view) throws IOException;
  }

  private static final Map<String, Action> ACTIONS = Map.ofEntries(
      Map.entry("mkdir", v -> v.create(v.root(), Name.of("new"), FileType.DIRECTORY, 0700, 0, 0)),
      Map.entry("create", v -> v.create(v.root(), Name.of("new"), FileType.REGULAR, 0600, 0, 0)),
      Map.entry("symlink", v -> v.symlink(v.root(), Name.of("new"), new byte[] {'x'})),
      Map.entry("link", v -> v.link(node(v, "file"), v.root(), Name.of("new"))),
      Map.entry("unlink", v -> v.unlink(v.root(), Name.of("file"))),
      Map.entry("rmdir", v -> v.rmdir(v.root(), Name.of("empty"))),
      Map.entry("rename", v -> rename(v, "file", "new")),
      Map.entry("replace", v -> rename(v, "file", "other")),
      Map.entry("rename a directory", v -> rename(v, "full", "new")),
      Map.entry("replace a directory", v -> rename(v, "full", "empty")),
      Map.entry("chmod", v -> v.chmod(node(v, "file"), 0600)),
      Map.entry("chown", v -> v.chown(node(v, "file"), 11, 12)),
      Map.entry("utimens", v -> v.utimens(node(v, "file"), null, new Timespec(1, 0))),
      Map.entry("truncate", v -> truncate(v)),
      Map.entry("open and read", v -> assertEquals("text", read(v, "file"))),
      Map.entry("list", v -> v.list(v.root())),
      Map.entry("readlink", v -> v.readLink(node(v, "link"))),
      Map.entry("access", v -> v.access(node(v, "file"), Set.of(AccessMode.READ))),
      Map.entry("statfs", v -> v.statfs()),
      Map.entry("sync", v -> v.sync()));

  private static Node node(HostView view, String name) throws PosixException {
    return Objects.requireNonNull(view.lookup(view.root(), Name.of(name)), name);
  }

  private static void rename(HostView view, String from, String to) throws PosixException {
    view.rename(view.root(), Name.of(from), view.root(), Name.of(to), Set.<RenameFlag>of());
  }

  private static void truncate(HostView view) throws PosixException {
    try (FileHandle file = view.open(node(view, "file"), Set.of(OpenFlag.WRITE))) {
      file.truncate(1);
    }
  }

  private static String read(HostView view, String name) throws PosixException {
    try (FileHandle file = view.open(node(view, name), Set.of(OpenFlag.READ))) {
      ByteBuffer content = ByteBuffer.allocate(100);
      int length = file.read(content, 0);
      return new String(
          content.array(), 0, Math.max(0, length), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static Path fill(FaultyFileSystem host) throws IOException {
    Path root = Files.createDirectory(host.getPath("/volume"));
    Files.writeString(root.resolve("file"), "text");
    Files.writeString(root.resolve("other"), "other");
    Files.createDirectories(root.resolve("full/below"));
    Files.createDirectory(root.resolve("empty"));
    Files.createSymbolicLink(root.resolve("link"), host.getPath("full"));
    return root;
  }

  private static HostView open(Path root) throws IOException {
    return HostView.open(PathFiles.of(root), root, HostViewOptions.DEFAULT);
  }

  /** Strikes once, at a call. */
  private static final class Once implements Fault {
    private final AtomicInteger calls = new AtomicInteger();
    private final int at;
    private final Failure failure;

    Once(int at, Failure failure) {
      this.at = at;
      this.failure = failure;
    }

    @Override
    public void strike(String call) throws IOException {
      if (calls.incrementAndGet() == at) {
        failure.fail();
      }
    }

    boolean struck() {
      return calls.get() >= at;
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachCallMayFail(Failure failure) throws IOException {
    for (Map.Entry<String, Action> action : ACTIONS.entrySet()) {
      boolean struck = true;
      for (int call = 1; struck; call++) {
        struck = failsAt(failure, action.getKey() + ", call " + call, action.getValue(), call);
      }
    }
  }

  private static boolean failsAt(Failure failure, String what, Action action, int call)
      throws IOException {
    String after;
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView view = open(fill(host))) {
      action.run(view);
      after = ViewTree.text(view);
    }
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView view = open(fill(host))) {
      String before = ViewTree.text(view);
      Once fault = new Once(call, failure);
      host.fail(fault);
      PosixException failed = null;
      try {
        action.run(view);
      } catch (PosixException e) {
        failed = e;
      }
      host.fail(Fault.NONE);
      String now = ViewTree.text(view);
      if (failed == null) {
        assertEquals(after, now, what);
      } else {
        assertEquals(failure.errno, failed.errno(), what + ": " + failed);
        assertTrue(now.equals(before) || now.equals(after), () -> what + " has left\n" + now);
      }
      return fault.struck();
    }
  }

  @ParameterizedTest
  @EnumSource
  void channelsMayFail(Failure failure) throws IOException {
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView view = open(fill(host));
        FileHandle file = view.open(node(view, "file"), Set.of(OpenFlag.READ, OpenFlag.WRITE))) {
      host.fail(call -> failure.fail());
      assertFails(failure, () -> file.read(ByteBuffer.allocate(1), 0));
      assertFails(failure, () -> file.write(ByteBuffer.allocate(1), 0));
      assertFails(failure, () -> file.truncate(0));
      assertFails(failure, file::size);
      assertFails(failure, file::stat);
      assertFails(failure, file::close);
      assertFails(failure, () -> view.list(view.root()));
      host.fail(Fault.NONE);
      assertEquals("text", read(view, "file"));
    }
  }

  private static void assertFails(
      Failure failure, org.junit.jupiter.api.function.Executable operation) {
    assertEquals(failure.errno, assertThrows(PosixException.class, operation).errno());
  }

  @Test
  void channelsMayTransferLittle() throws IOException {
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView view = open(fill(host));
        FileHandle file = view.open(node(view, "file"), Set.of(OpenFlag.WRITE))) {
      host.transfer(1);
      file.write(ByteBuffer.wrap(new byte[] {'l', 'o', 'n', 'g', 'e', 'r'}), 0);
      assertEquals("longer", read(view, "file"));
      host.transfer(0);
      assertFails(Failure.IO, () -> file.write(ByteBuffer.allocate(1), 0));
      assertFails(Failure.IO, () -> read(view, "file"));
      host.transfer(100);
      assertEquals("longer", read(view, "file"));
    }
  }

  @Test
  void objectsMayHaveNoOwner() throws IOException {
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView view = open(fill(host))) {
      host.forgetOwners();
      assertEquals(65534, view.stat(node(view, "file")).uid());
      assertEquals(65534, view.stat(node(view, "file")).gid());
      assertEquals("text", read(view, "file"));
      view.chmod(node(view, "file"), 0600);
      assertEquals(0600, view.stat(node(view, "file")).mode());
    }
  }

  @Test
  void failuresNameThePlace() throws IOException {
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView volume = open(fill(host));
        MountedContainer container = MountedContainer.of(at("/data", volume))) {
      host.fail(call -> Failure.IO.fail());
      FileSystemException failed = assertThrows(
          FileSystemException.class, () -> Files.readString(container.path("/data/file")));
      assertEquals("/data/file", failed.getFile());
      assertEquals("Input/output error", failed.getReason());
      assertTrue(
          failed.getCause().getMessage().contains("/volume"), failed.getCause().toString());
    }
  }

  @Test
  void whatWaitsHoldsUpNothingElse() throws IOException, InterruptedException, ExecutionException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    try (FaultyFileSystem host = new FaultyFileSystem();
        HostView slow = open(fill(host));
        HostView memory = MemoryVolume.open(1 << 20, 10, 0755);
        MountedContainer container = MountedContainer.of(at("/slow", slow), at("/fast", memory))) {
      host.fail(call -> {
        asked.countDown();
        await(answer);
      });
      CompletableFuture<String> read =
          CompletableFuture.supplyAsync(() -> readUnchecked(container.path("/slow/file")));
      asked.await();
      assertEquals("text", Files.readString(container.path("/file")));
      Files.writeString(container.path("/new"), "new");
      Files.writeString(container.path("/fast/new"), "new");
      assertFalse(read.isDone());
      answer.countDown();
      assertEquals("text", read.get());
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String readUnchecked(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsClosedUnderneathCloses() throws IOException {
    FaultyFileSystem host = new FaultyFileSystem();
    HostView volume = open(fill(host));
    MountedContainer container = MountedContainer.of(at("/data", volume));
    FileHandle file = volume.open(node(volume, "file"), Set.of(OpenFlag.READ));
    host.close();
    assertThrows(PosixException.class, () -> file.read(ByteBuffer.allocate(1), 0));
    assertThrows(FileSystemException.class, () -> Files.readString(container.path("/data/file")));
    assertEquals("text", Files.readString(container.path("/file")));
    container.close();
  }
}
