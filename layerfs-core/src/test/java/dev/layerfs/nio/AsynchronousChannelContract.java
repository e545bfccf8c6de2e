package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What asynchronous channels do, which is the same for the JDK's and ours. */
abstract class AsynchronousChannelContract {
  private final ManualExecutor manual = new ManualExecutor();
  private Path file;

  /** Returns a path where there is nothing yet, in the file system under test. */
  abstract Path newFile() throws IOException;

  @BeforeEach
  void fill() throws IOException {
    file = Files.writeString(newFile(), "0123456789");
  }

  private AsynchronousFileChannel open(ExecutorService executor, OpenOption... options)
      throws IOException {
    return AsynchronousFileChannel.open(file, Set.of(options), executor);
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  private static Class<?> failure(Future<?> future) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
    return e.getCause().getClass();
  }

  @Test
  void readsAndWritesWithFutures() throws Exception {
    try (AsynchronousFileChannel channel = open(null, READ, WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(20);
      assertEquals(7, channel.read(buffer, 3).get());
      assertEquals("3456789", new String(buffer.array(), 0, buffer.position(), US_ASCII));
      assertEquals(-1, channel.read(buffer, 10).get());
      assertEquals(7, buffer.position());
      assertEquals(3, channel.write(text("abc"), 12).get());
      assertEquals(15, channel.size());
    }
    assertEquals("0123456789\0\0abc", Files.readString(file));
  }

  @Test
  void truncates() throws IOException {
    try (AsynchronousFileChannel channel = open(null, WRITE)) {
      assertSame(channel, channel.truncate(20));
      assertEquals(10, channel.size());
      assertEquals(4, channel.truncate(4).size());
      channel.force(true);
    }
    assertEquals("0123", Files.readString(file));
  }

  @Test
  void handlersRunOnTheExecutor() throws Exception {
    try (AsynchronousFileChannel channel = open(manual, READ, WRITE)) {
      RecordingHandler<Integer> read = new RecordingHandler<>();
      RecordingHandler<Integer> write = new RecordingHandler<>();
      RecordingHandler<FileLock> lock = new RecordingHandler<>();
      channel.read(ByteBuffer.allocate(4), 8, "attached", read);
      channel.write(text("x"), 0, null, write);
      channel.lock(0, 1, true, 5, lock);
      assertFalse(read.isDone() || write.isDone() || lock.isDone());
      assertEquals(3, manual.runAll());
      assertEquals("2 attached", read.end());
      assertEquals("1 null", write.end());
      assertTrue(lock.end().endsWith(" 5"), lock.end());
    }
  }

  @Test
  void handlersRunOnDaemonsIfThereIsNoExecutor() throws Exception {
    try (AsynchronousFileChannel channel = open(null, READ)) {
      RecordingHandler<Integer> handler = new RecordingHandler<>();
      channel.read(ByteBuffer.allocate(4), 0, "", handler);
      assertEquals("4 ", handler.end());
      assertNotSame(Thread.currentThread(), handler.thread());
      assertTrue(handler.thread().isDaemon());
    }
  }

  @Test
  void whatMovesNothingEndsAtOnce() throws Exception {
    try (AsynchronousFileChannel channel = open(manual, READ, WRITE)) {
      ByteBuffer none = ByteBuffer.allocate(0);
      assertTrue(channel.read(none, 50).isDone());
      assertEquals(0, channel.write(none, 50).get());
      RecordingHandler<Integer> handler = new RecordingHandler<>();
      channel.read(none, 50, "", handler);
      assertFalse(handler.isDone());
      assertEquals(1, manual.runAll());
      assertEquals("0 ", handler.end());
      assertEquals(10, channel.size());
    }
  }

  @Test
  void argumentsAreChecked() throws IOException {
    try (AsynchronousFileChannel reader = open(manual, READ);
        AsynchronousFileChannel writer = open(manual, WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThrows(NonWritableChannelException.class, () -> reader.write(one, 0));
      assertThrows(NonWritableChannelException.class, () -> reader.truncate(0));
      assertThrows(NonWritableChannelException.class, reader::lock);
      assertThrows(NonWritableChannelException.class, reader::tryLock);
      assertThrows(NonReadableChannelException.class, () -> writer.read(one, 0));
      assertThrows(NonReadableChannelException.class, () -> writer.lock(0, 1, true));
      assertThrows(NonReadableChannelException.class, () -> writer.tryLock(0, 1, true));
      Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
      assertThrows(illegal, () -> writer.read(one, -1));
      assertThrows(illegal, () -> reader.write(one, -1));
      assertThrows(illegal, () -> reader.truncate(-1));
      assertThrows(illegal, () -> reader.read(one.asReadOnlyBuffer(), 0));
      assertThrows(illegal, () -> reader.tryLock(-1, 1, true));
      assertThrows(illegal, () -> reader.lock(0, -1, true));
      assertThrows(illegal, () -> reader.lock(-1, 0, true));
      assertThrows(NullPointerException.class, () -> reader.read(one, 0, "", null));
      assertThrows(NullPointerException.class, () -> writer.write(one, 0, "", null));
      assertThrows(NullPointerException.class, () -> reader.lock("", null));
      assertEquals(0, manual.runAll());
    }
  }

  @Test
  void closedChannelsSaySo() throws Exception {
    AsynchronousFileChannel channel = open(manual, READ, WRITE);
    channel.close();
    channel.close();
    assertFalse(channel.isOpen());
    assertThrows(ClosedChannelException.class, channel::size);
    assertThrows(ClosedChannelException.class, () -> channel.truncate(0));
    assertThrows(ClosedChannelException.class, () -> channel.force(false));
    assertThrows(ClosedChannelException.class, channel::tryLock);
    ByteBuffer none = ByteBuffer.allocate(0);
    assertEquals(ClosedChannelException.class, failure(channel.read(none, 0)));
    assertEquals(ClosedChannelException.class, failure(channel.write(text("x"), 0)));
    assertEquals(ClosedChannelException.class, failure(channel.lock()));
    RecordingHandler<Integer> read = new RecordingHandler<>();
    RecordingHandler<FileLock> lock = new RecordingHandler<>();
    channel.read(none, 0, "r", read);
    channel.lock("l", lock);
    assertFalse(read.isDone() || lock.isDone());
    assertEquals(2, manual.runAll());
    assertEquals("ClosedChannelException r", read.end());
    assertEquals("ClosedChannelException l", lock.end());
  }

  @Test
  void closingEndsWhatIsOutstanding() throws Exception {
    AsynchronousFileChannel channel = open(manual, READ, WRITE);
    RecordingHandler<Integer> write = new RecordingHandler<>();
    RecordingHandler<FileLock> shared = new RecordingHandler<>();
    Future<Integer> read = channel.read(ByteBuffer.allocate(1), 0);
    Future<FileLock> lock = channel.lock(0, 1, false);
    channel.write(text("lost"), 0, "w", write);
    channel.lock(1, 1, true, "l", shared);
    channel.close();
    assertFalse(read.isDone() || lock.isDone());
    assertEquals(4, manual.runAll());
    assertEquals(AsynchronousCloseException.class, failure(read));
    assertEquals(AsynchronousCloseException.class, failure(lock));
    assertEquals("AsynchronousCloseException w", write.end());
    assertEquals("AsynchronousCloseException l", shared.end());
    assertEquals("0123456789", Files.readString(file));
    try (AsynchronousFileChannel next = open(manual, WRITE)) {
      assertTrue(next.tryLock().isValid());
    }
  }

  @Test
  void handlersMayCloseTheChannel() throws Exception {
    AsynchronousFileChannel channel = open(null, READ);
    RecordingHandler<Integer> closed = new RecordingHandler<>();
    channel.read(ByteBuffer.allocate(1), 0, "", new ClosingHandler(channel, closed));
    assertEquals("1 ", closed.end());
    assertFalse(channel.isOpen());
  }

  private record ClosingHandler(AsynchronousFileChannel channel, RecordingHandler<Integer> next)
      implements CompletionHandler<Integer, Object> {
    @Override
    public void completed(Integer result, Object attachment) {
      try {
        channel.close();
        next.completed(result, attachment);
      } catch (IOException e) {
        next.failed(e, attachment);
      }
    }

    @Override
    public void failed(Throwable failure, Object attachment) {
      next.failed(failure, attachment);
    }
  }

  @Test
  void operationsCanBeCancelled() throws Exception {
    AsynchronousFileChannel channel = open(manual, READ);
    Future<Integer> first = channel.read(ByteBuffer.allocate(1), 0);
    Future<Integer> second = channel.read(ByteBuffer.allocate(1), 0);
    Future<Integer> third = channel.read(ByteBuffer.allocate(1), 0);
    assertTrue(first.cancel(false));
    assertFalse(first.cancel(true));
    assertTrue(first.isCancelled() && first.isDone() && channel.isOpen());
    assertThrows(CancellationException.class, first::get);
    assertTrue(second.cancel(true));
    assertFalse(channel.isOpen());
    manual.runAll();
    assertThrows(CancellationException.class, () -> second.get(1, TimeUnit.SECONDS));
    assertEquals(AsynchronousCloseException.class, failure(third));
    assertFalse(third.cancel(true));
    assertFalse(third.isCancelled());
  }

  @Test
  void locksOverlapAcrossChannels() throws Exception {
    try (AsynchronousFileChannel one = open(manual, READ, WRITE);
        AsynchronousFileChannel two = open(manual, READ, WRITE)) {
      Future<FileLock> pending = one.lock(0, 5, false);
      assertThrows(OverlappingFileLockException.class, () -> two.lock(4, 1, true));
      manual.runAll();
      FileLock lock = pending.get();
      assertSame(one, lock.acquiredBy());
      assertNull(lock.channel());
      assertTrue(lock.isValid() && !lock.isShared());
      FileLock rest = two.tryLock(5, 4, true);
      assertTrue(rest.isShared());
      RecordingHandler<FileLock> handler = new RecordingHandler<>();
      assertThrows(OverlappingFileLockException.class, () -> one.lock(8, 1, false, "", handler));
      assertFalse(handler.isDone());
      lock.release();
      lock.release();
      assertFalse(lock.isValid());
      two.close();
      assertFalse(rest.isValid());
      assertThrows(ClosedChannelException.class, rest::release);
      assertEquals(Long.MAX_VALUE, one.tryLock().size());
    }
  }

  @Test
  void executorsThatRefuseLeaveNothingBehind() throws IOException {
    try (AsynchronousFileChannel channel = open(manual, READ, WRITE)) {
      manual.shutdown();
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThrows(RejectedExecutionException.class, () -> channel.read(one, 0));
      assertThrows(RejectedExecutionException.class, channel::lock);
      assertTrue(channel.tryLock().isValid());
    }
  }

  @Test
  void interruptsChangeNothing() throws Exception {
    try (AsynchronousFileChannel channel = open(manual, READ, WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(10);
      Future<Integer> write = channel.write(text("ab"), 9);
      Future<Integer> read = channel.read(buffer, 2);
      Thread.currentThread().interrupt();
      manual.runAll();
      assertEquals(11, channel.size());
      channel.truncate(10).force(false);
      assertTrue(Thread.interrupted());
      assertEquals(2, write.get());
      assertEquals(9, read.get());
      assertEquals("2345678ab\0", new String(buffer.array(), US_ASCII));
      assertEquals(10, channel.size());
    }
  }

  @Test
  void everyOperationEndsWhenAnyThreadCloses() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      AsynchronousFileChannel channel = open(executor, READ, WRITE);
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        all.add(channel.write(ByteBuffer.allocate(5_000), i * 5_000L));
        all.add(channel.read(ByteBuffer.allocate(5_000), 0));
        if (i == 200) {
          executor.execute(() -> {
            try {
              channel.close();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
        }
      }
      for (Future<Integer> future : all) {
        try {
          assertTrue(future.get(30, TimeUnit.SECONDS) >= -1);
        } catch (ExecutionException e) {
          assertInstanceOf(ClosedChannelException.class, e.getCause());
        }
      }
      assertFalse(channel.isOpen());
    } finally {
      executor.shutdown();
    }
  }
}
