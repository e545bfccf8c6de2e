package dev.layerfs.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes to another sink on another thread, so that a digest is computed, or a file written, while the same bytes are
 * decompressed here. Memory is bounded; a failure there is thrown here.
 */
final class BackgroundSink implements ByteSink {
  private static final int BUFFERS = 8;
  private static final int BUFFER_SIZE = 128 << 10;

  private final ByteSink target;
  private final BlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(BUFFERS + 1); // and the end
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Exception failure;
  private @Nullable Chunk current;
  private boolean closed;
  private boolean told;

  private static final class Chunk {
    final byte[] bytes;
    int length;

    Chunk(int size) {
      bytes = new byte[size];
    }
  }

  /**
   * Starts.
   *
   * @param target gets the bytes, on one thread
   * @param threads runs one task for as long as the sink is open: it must have a thread to spare
   */
  BackgroundSink(ByteSink target, Executor threads) {
    this.target = target;
    for (int i = 0; i < BUFFERS; i++) {
      empty.add(new Chunk(BUFFER_SIZE));
    }
    threads.execute(this::run);
  }

  private void run() {
    try {
      for (Chunk chunk = full.take(); chunk.length > 0; chunk = full.take()) {
        pass(chunk);
        chunk.length = 0;
        empty.add(chunk);
      }
    } catch (InterruptedException e) {
      failure = e;
    } finally {
      ended.countDown();
    }
  }

  /** After a failure the rest is swallowed, so that nobody waits for a buffer for ever. */
  private void pass(Chunk chunk) {
    if (failure == null) {
      try {
        target.accept(chunk.bytes, 0, chunk.length);
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }
  }

  @Override
  public void accept(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      Chunk chunk = current != null ? current : take();
      int count = Math.min(end - from, BUFFER_SIZE - chunk.length);
      System.arraycopy(bytes, from, chunk.bytes, chunk.length, count);
      chunk.length += count;
      from += count;
      current = chunk;
      if (chunk.length == BUFFER_SIZE) {
        full.add(chunk);
        current = null;
      }
    }
  }

  private Chunk take() throws IOException {
    check();
    try {
      return empty.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private void check() throws IOException {
    Exception thrown = failure;
    if (thrown instanceof IOException typed && !told) {
      told = true; // thrown again it might be suppressed by itself
      throw typed;
    }
    if (thrown != null) {
      throw new IOException(thrown.getMessage(), thrown);
    }
  }

  @Override
  public void finish() throws IOException {
    if (current != null) {
      full.add(current);
      current = null;
    }
    end();
    check();
    target.finish();
  }

  /** What was accepted before has been passed on when this returns, or swallowed; that is at most eight buffers. */
  private void end() {
    if (!closed) {
      closed = true;
      full.add(new Chunk(0));
      Uninterruptibles.awaitUninterruptibly(ended);
    }
  }

  @Override
  public void close() {
    end();
    target.close();
  }
}
