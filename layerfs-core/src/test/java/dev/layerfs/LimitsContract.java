package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Containers with limits, through the front door, the same on a disk and in memory. */
abstract class LimitsContract {
  private static final int BLOCK = 4096;

  @TempDir
  Path temporary;

  private LayerStore store;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void load() throws IOException {
    store = openStore();
    TestImage image = new TestImage()
        .layer(new TarBuilder()
            .directory("etc/")
            .file("etc/large", new byte[5 * BLOCK])
            .file("etc/small", "small")
            .file("motd", "hello"));
    store.load(new TestLayout().image("limits:1", image).write(temporary.resolve("layout")));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Container create(int blocks, int inodes) throws IOException {
    ContainerOptions options = ContainerOptions.builder()
        .sizeLimit((long) blocks * BLOCK)
        .inodeLimit(inodes)
        .build();
    return store.create(store.image("limits:1"), options);
  }

  private static void assertFull(Executable action) {
    IOException full = assertThrows(IOException.class, action);
    assertTrue(isFull(full), full.toString());
  }

  private static boolean isFull(IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left on device");
  }

  private static SpaceUsage used(Container container) {
    return container.info().usage().orElseThrow();
  }

  private static SpaceUsage usage(int blocks, int inodes) {
    return new SpaceUsage((long) blocks * BLOCK, inodes);
  }

  @Test
  void everyByteUpToTheLimitCanBeWritten() throws IOException {
    try (Container container = create(10, 10)) {
      Path file = container.root().resolve("data");
      Files.write(file, new byte[10 * BLOCK]);
      assertEquals(usage(10, 1), used(container));
      assertFull(() -> Files.write(file, new byte[1], StandardOpenOption.APPEND));
      Files.write(file, new byte[1]); // over what is there: needs nothing
      assertEquals(usage(1, 1), used(container));
    }
  }

  @Test
  void aWriteThatDoesNotFitWritesNothing() throws IOException {
    try (Container container = create(3, 10);
        FileChannel file = FileChannel.open(
            container.root().resolve("data"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[BLOCK + 1]));
      ByteBuffer tooMuch = ByteBuffer.allocate(3 * BLOCK);
      assertFull(() -> file.write(tooMuch));
      assertEquals(3 * BLOCK, tooMuch.remaining());
      assertEquals(BLOCK + 1, file.size());
      assertEquals(BLOCK + 1, file.position());
      assertFull(() -> file.write(ByteBuffer.wrap(new byte[1]), 3 * BLOCK)); // with a hole
      assertEquals(usage(2, 1), used(container));
      file.write(ByteBuffer.wrap(new byte[1]), 3 * BLOCK - 1);
      assertEquals(usage(3, 1), used(container));
      file.truncate(0);
      assertEquals(usage(0, 1), used(container));
    }
  }

  @Test
  void aCopyUpThatDoesNotFitChangesNothing() throws IOException {
    try (Container container = create(4, 10)) {
      Path large = container.root().resolve("etc/large");
      assertFull(() -> Files.write(large, new byte[1], StandardOpenOption.APPEND));
      assertFull(() -> Files.setLastModifiedTime(large, FileTime.fromMillis(0)));
      assertArrayEquals(new byte[5 * BLOCK], Files.readAllBytes(large));
      assertEquals(0, used(container).bytes());
      Files.write(large, new byte[3]); // truncated when it is opened: the content need not fit
      assertEquals(1, used(container).bytes() / BLOCK);
    }
  }

  @Test
  void whatIsDeletedIsGivenBackOnceNobodyHasItOpen() throws IOException {
    try (Container container = create(4, 10)) {
      Path file = container.root().resolve("data");
      Path link = container.root().resolve("link");
      Files.write(file, new byte[4 * BLOCK]);
      Files.createLink(link, file);
      assertEquals(usage(4, 1), used(container));
      Files.delete(file);
      assertEquals(usage(4, 1), used(container));
      try (FileChannel open = FileChannel.open(link, StandardOpenOption.WRITE)) {
        Files.delete(link);
        assertEquals(usage(4, 1), used(container));
        assertFull(() -> open.write(ByteBuffer.wrap(new byte[1]), 4 * BLOCK));
        open.truncate(BLOCK);
        assertEquals(usage(1, 1), used(container));
      }
      assertEquals(SpaceUsage.NONE, used(container));
    }
  }

  @Test
  void whatIsReplacedIsGivenBack() throws IOException {
    try (Container container = create(4, 3)) {
      Path one = Files.write(container.root().resolve("one"), new byte[2 * BLOCK]);
      Path other = Files.write(container.root().resolve("other"), new byte[2 * BLOCK]);
      Files.move(one, other, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(usage(2, 1), used(container));
      Files.move(other, container.root().resolve("motd"), StandardCopyOption.REPLACE_EXISTING);
      assertEquals(usage(2, 1), used(container));
    }
  }

  @Test
  void inodesAreLimitedAndDeletionsNeedNone() throws IOException {
    try (Container container = create(100, 2)) {
      Path root = container.root();
      Files.createDirectory(root.resolve("new"));
      Files.createSymbolicLink(root.resolve("link"), root.getFileSystem().getPath("motd"));
      assertFull(() -> Files.createFile(root.resolve("file")));
      assertFull(() -> Files.createDirectory(root.resolve("new/directory")));
      assertFull(() -> Files.writeString(root.resolve("motd"), "bye")); // a copy-up
      assertFull(() -> Files.delete(root.resolve("etc/small"))); // of its directory
      assertTrue(Files.exists(root.resolve("etc/small")));
      Files.delete(root.resolve("motd"));
      Files.delete(root.resolve("link"));
      Files.delete(root.resolve("etc/small"));
      assertEquals(usage(0, 2), used(container));
    }
  }

  @Test
  void aLimitHoldsWheneverTheContainerIsOpened() throws IOException {
    String id;
    try (Container container = create(4, 10)) {
      id = container.info().id();
      Files.write(container.root().resolve("data"), new byte[3 * BLOCK]);
    }
    SpaceLimits limits = SpaceLimits.ofBytes(4 * BLOCK).withInodes(10);
    assertEquals(limits, store.container(id).limits());
    assertEquals(Optional.of(usage(3, 1)), store.container(id).usage());
    try (Container container = store.open(id)) {
      assertEquals(usage(3, 1), used(container));
      assertFull(() -> Files.write(container.root().resolve("more"), new byte[BLOCK + 1]));
      Files.write(container.root().resolve("more"), new byte[BLOCK]);
    }
    assertEquals(Optional.of(usage(4, 2)), store.container(id).usage());
  }

  @Test
  void aFileStoreShowsTheLimit() throws IOException {
    try (Container container = create(100, 10)) {
      Files.write(container.root().resolve("data"), new byte[30 * BLOCK - 5]);
      FileStore space = Files.getFileStore(container.root());
      assertEquals(100 * BLOCK, space.getTotalSpace());
      assertEquals(70 * BLOCK, space.getUnallocatedSpace());
      assertEquals(70 * BLOCK, space.getUsableSpace());
    }
  }

  @Test
  void withoutLimitsNothingIsCounted() throws IOException {
    try (Container container = store.create(store.image("limits:1"))) {
      Files.write(container.root().resolve("data"), new byte[BLOCK]);
      assertFalse(container.info().limits().any());
      assertEquals(Optional.empty(), container.info().usage());
    }
  }

  @Test
  void whatACheckpointKeepsIsBeneathAndNotCounted() throws IOException {
    try (Container container = create(6, 10)) {
      Path data = Files.write(container.root().resolve("data"), new byte[3 * BLOCK]);
      try (FileChannel unnamed = FileChannel.open(
          container.root().resolve("unnamed"),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE)) {
        unnamed.write(ByteBuffer.wrap(new byte[BLOCK]));
        Files.delete(container.root().resolve("unnamed"));
        Checkpoint checkpoint = container.checkpoint();
        assertEquals(usage(1, 1), used(container)); // it is in nobody's checkpoint
        unnamed.write(ByteBuffer.wrap(new byte[BLOCK]));
        assertEquals(usage(2, 1), used(container));
        Files.write(data, new byte[1], StandardOpenOption.APPEND);
        assertEquals(usage(6, 2), used(container));
        assertFull(() -> Files.write(container.root().resolve("more"), new byte[1]));
        container.rollback(checkpoint);
      }
      assertEquals(SpaceUsage.NONE, used(container));
      assertEquals(3 * BLOCK, Files.size(data));
      Files.write(container.root().resolve("more"), new byte[6 * BLOCK]);
    }
  }

  @Test
  void aForkHasLimitsOfItsOwn() throws IOException {
    try (Container container = create(4, 10)) {
      Files.write(container.root().resolve("data"), new byte[4 * BLOCK]);
      ContainerOptions options = ContainerOptions.builder().sizeLimit(BLOCK).build();
      try (Container fork = container.fork(options)) {
        assertEquals(SpaceLimits.ofBytes(BLOCK), fork.info().limits());
        Files.write(fork.root().resolve("more"), new byte[BLOCK]);
        assertFull(() -> Files.write(fork.root().resolve("other"), new byte[1]));
        assertEquals(4 * BLOCK, Files.size(fork.root().resolve("data")));
      }
      assertEquals(SpaceUsage.NONE, used(container));
    }
  }

  @Test
  void aResetGivesEverythingBack() throws IOException {
    String id;
    try (Container container = create(4, 10)) {
      id = container.info().id();
      Files.write(container.root().resolve("data"), new byte[4 * BLOCK]);
    }
    store.reset(id);
    try (Container container = store.open(id)) {
      assertEquals(SpaceUsage.NONE, used(container));
      Files.write(container.root().resolve("data"), new byte[4 * BLOCK]);
    }
  }

  @Test
  void whatIsMappedIsCountedAlready() throws IOException {
    try (Container container = create(2, 10);
        FileChannel file = FileChannel.open(
            container.root().resolve("data"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1]), 2 * BLOCK - 1);
      try {
        file.map(MapMode.READ_WRITE, 0, 2 * BLOCK).put(0, (byte) 1);
      } catch (UnsupportedOperationException memory) {
        assertTrue(this instanceof LimitsInMemoryTest, memory.toString());
      }
      assertEquals(usage(2, 1), used(container));
    }
  }

  @Test
  void writersTogetherGetAllThereIsAndNoMore() throws IOException {
    int blocks = 500;
    AtomicLong written = new AtomicLong();
    try (Container container = create(blocks, 100)) {
      IntStream.range(0, 16)
          .mapToObj(i -> new Thread(() -> fill(container.root().resolve("file" + i % 8), written)))
          .peek(Thread::start)
          .toList()
          .forEach(LimitsContract::join);
      assertEquals((long) blocks * BLOCK, used(container).bytes());
      assertEquals(8, used(container).inodes());
      assertEquals((long) blocks * BLOCK, written.get());
      long sum = 0;
      for (int i = 0; i < 8; i++) {
        sum += Files.size(container.root().resolve("file" + i));
      }
      assertEquals((long) blocks * BLOCK, sum);
    }
  }

  /** Appends blocks until there is no more room. */
  private static void fill(Path file, AtomicLong written) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        channel.write(ByteBuffer.allocate(BLOCK));
        written.addAndGet(BLOCK);
      }
    } catch (IOException e) {
      if (!isFull(e)) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
