package dev.layerfs.changeset;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Compresses a stream on several threads: in blocks of one size, each by itself, so that the result does not depend on how
 * many threads there are or which of them is faster. Any decoder of the format reads it.
 *
 * <p>Not safe for use by several threads. Memory is bounded: a few blocks for each processor.
 */
public final class BlockCompressor extends OutputStream {
  private static final int BLOCKS_AHEAD = 2;

  private final OutputStream out;
  private final BlockFormat format;
  private final Executor threads;
  private final int maxPending;
  private final Deque<FutureTask<byte[]>> pending = new ArrayDeque<>();
  private byte[] block;
  private int length;
  private boolean ended;

  private BlockCompressor(OutputStream out, BlockFormat format, Executor threads, int processors)
      throws IOException {
    this.out = out;
    this.format = format;
    this.threads = threads;
    this.maxPending = processors * BLOCKS_AHEAD;
    this.block = new byte[format.blockSize()];
    out.write(format.header());
  }

  /**
   * Begins a stream.
   *
   * @param compression {@link Compression#GZIP} or {@link Compression#ZSTD}
   * @param out where the compressed bytes go; not closed
   * @param threads runs tasks that wait for nothing
   * @param processors how many of them are worth to be run at once
   * @return what to write to and to {@link #finish}
   * @throws IOException if the stream can't be written
   */
  public static BlockCompressor begin(
      Compression compression, OutputStream out, Executor threads, int processors)
      throws IOException {
    BlockFormat format = switch (compression) {
      case GZIP -> new GzipBlocks();
      case ZSTD -> new ZstdBlocks();
      case NONE, BZIP2, XZ ->
        throw new IllegalArgumentException("no way to compress a layer: " + compression);
    };
    return new BlockCompressor(out, format, threads, processors);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int from = offset;
    int end = offset + count;
    while (from < end) {
      int n = Math.min(end - from, block.length - length);
      System.arraycopy(bytes, from, block, length, n);
      length += n;
      from += n;
      if (length == block.length) {
        submit();
      }
    }
  }

  private void submit() throws IOException {
    byte[] full = block;
    int count = length;
    format.count(full, count);
    FutureTask<byte[]> task = new FutureTask<>(() -> format.compress(full, count));
    threads.execute(task);
    pending.add(task);
    block = new byte[format.blockSize()];
    length = 0;
    while (pending.size() > maxPending) {
      writeOldest();
    }
  }

  private void writeOldest() throws IOException {
    try {
      out.write(pending.remove().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while compressing");
    } catch (ExecutionException e) {
      throw new IOException("can't compress", e.getCause());
    }
  }

  /**
   * Writes what is left and the end of the format.
   *
   * @throws IOException if the stream can't be written
   */
  public void finish() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    if (length > 0) {
      submit();
    }
    while (!pending.isEmpty()) {
      writeOldest();
    }
    out.write(format.trailer());
    out.flush();
  }

  /** How blocks become a stream. */
  interface BlockFormat {
    int blockSize();

    byte[] header();

    /** Is told of each block in order, before it is compressed. */
    void count(byte[] block, int length);

    /** Compresses a block; called by several threads. */
    byte[] compress(byte[] block, int length);

    byte[] trailer();
  }
}
