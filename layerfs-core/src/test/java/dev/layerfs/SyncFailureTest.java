package dev.layerfs;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.crash.CrashFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that fails to keep what was written to a container says so once, and of the next {@code fsync} that all is well. Whoever
 * asks a container for durability is told of the failure again and again, until what may be lost was thrown away.
 */
final class SyncFailureTest {
  @TempDir
  Path temporary;

  private CrashFileSystem disk;
  private LayerStore store;
  private Container container;

  @BeforeEach
  void prepare() throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "image"));
    disk = CrashFileSystem.create();
    store = LayerStore.open(disk.root().resolve("store"));
    store.load(new TestLayout().image("image", image).write(temporary.resolve("layout")));
    container = create(false);
  }

  private Container create(boolean ephemeral) throws IOException {
    ContainerOptions.Builder options = ContainerOptions.builder();
    return store.create(
        store.image("image"), ephemeral ? options.ephemeral().build() : options.build());
  }

  @AfterEach
  void close() throws IOException {
    disk.beforeForces(() -> {});
    container.close();
    store.close();
    disk.close();
  }

  /** Lets the disk fail once. */
  private void failOnce(String message) {
    AtomicBoolean failed = new AtomicBoolean();
    disk.beforeForces(() -> {
      if (!failed.getAndSet(true)) {
        throw new IOException(message);
      }
    });
  }

  private void write(String text) throws IOException {
    Files.writeString(container.root().resolve("file"), text);
  }

  private PosixException syncFails() {
    return assertThrows(PosixException.class, () -> container.posix().sync());
  }

  /** Whoever makes something durable. */
  enum Asker {
    VIEW {
      @Override
      void ask(Container container) throws IOException {
        container.posix().sync();
      }
    },
    CHANNEL {
      @Override
      void ask(Container container) throws IOException {
        try (FileChannel file = FileChannel.open(container.root().resolve("file"), WRITE)) {
          file.force(true);
        }
      }
    },
    SYNCHRONOUS_WRITE {
      @Override
      void ask(Container container) throws IOException {
        Path other = container.root().resolve("other");
        try (FileChannel file = FileChannel.open(other, WRITE, SYNC, CREATE)) {
          file.write(ByteBuffer.wrap(new byte[] {1}));
        }
      }
    },
    CHECKPOINT {
      @Override
      void ask(Container container) throws IOException {
        container.checkpoint();
      }
    };

    abstract void ask(Container container) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void aFailureIsToldToEverybodyFromThenOn(Asker first) throws IOException {
    write("written");
    failOnce(Errno.ENOSPC.message());
    assertThrows(IOException.class, () -> first.ask(container));
    for (Asker next : Asker.values()) {
      assertThrows(IOException.class, () -> next.ask(container), next::toString);
    }
    PosixException failure = syncFails();
    assertEquals(Errno.EIO, failure.errno());
    assertTrue(failure.getMessage().contains(container.info().id()), failure::getMessage);
    assertEquals(Errno.ENOSPC, ((PosixException) failure.getCause()).errno());
    assertEquals("written", Files.readString(container.root().resolve("file")));
  }

  @Test
  void aRollbackThrowsAwayWhatMayBeLost() throws IOException {
    write("before");
    Checkpoint checkpoint = container.checkpoint();
    write("after");
    failOnce(Errno.EIO.message());
    syncFails();
    container.rollback(checkpoint);
    write("again");
    container.posix().sync();
    container.checkpoint();
  }

  /** What a checkpoint holds stays when the container goes back to it. */
  @Test
  void aRollbackThrowsAwayOnlyWhatWasWrittenSince() throws IOException {
    container.close();
    container = create(true); // whose checkpoints need not be durable
    write("before");
    failOnce(Errno.EIO.message());
    assertThrows(IOException.class, () -> Asker.CHANNEL.ask(container));
    Checkpoint checkpoint = container.checkpoint();
    write("after");
    container.rollback(checkpoint);
    syncFails();
  }

  /** Who opens the container later asks a disk that has told of its failure already. */
  @Test
  void whoResetsTheContainerBeginsAnew() throws IOException {
    write("written");
    failOnce(Errno.EIO.message());
    syncFails();
    container.close();
    store.reset(container.info().id());
    container = store.open(container.info().id());
    write("again");
    container.posix().sync();
  }

  /** An interrupt, a lack of descriptors, and the like: the disk was not even asked. */
  @Test
  void aCallThatDidNotReachTheDiskIsMadeAgain() throws IOException {
    write("written");
    failOnce(Errno.EMFILE.message());
    assertEquals(Errno.EMFILE, syncFails().errno());
    long before = disk.forces();
    container.posix().sync();
    assertTrue(disk.forces() > before, "nothing was made durable");
  }

  /** What another is about to make durable is not yet. */
  @Test
  void nobodyReturnsBeforeItIsDurable() throws Exception {
    write("written");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    disk.beforeForces(() -> {
      if (first.getAndSet(false)) {
        begun.countDown();
        await(go);
      }
    });
    CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
      try {
        container.posix().sync();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    begun.await();
    long before = disk.forces();
    container.posix().sync();
    long after = disk.forces();
    go.countDown();
    other.get();
    assertTrue(after > before, "a sync returned while another had still to write");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
