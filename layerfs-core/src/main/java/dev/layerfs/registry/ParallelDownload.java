package dev.layerfs.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * A blob as a stream whose next ranges are fetched by other threads while one is read. Its memory is one buffer for each of
 * them, and one for the range that is read.
 */
final class ParallelDownload extends InputStream {
  /** A buffer with a range of the blob. */
  private record Piece(byte[] bytes, int length) {}

  private final List<BlobAddress> addresses;
  private final Retries retries;
  private final ExecutorService threads;
  private final int rangeBytes;
  private final long size;
  private final Queue<Future<Piece>> coming = new ArrayDeque<>();
  private long next;
  private Piece current = new Piece(new byte[0], 0);
  private int read;

  private ParallelDownload(
      List<BlobAddress> addresses, Retries retries, ExecutorService threads, int rangeBytes) {
    this.addresses = addresses;
    this.retries = retries;
    this.threads = threads;
    this.rangeBytes = rangeBytes;
    this.size = addresses.get(0).blob().size();
  }

  /**
   * Opens a blob.
   *
   * @param addresses where it is
   * @param retries how often to try again
   * @param threads has a thread for each range
   * @param options how many ranges, and how long
   * @return its bytes; in one range if it is small, or the server does not deliver ranges
   */
  static InputStream open(
      List<BlobAddress> addresses,
      Retries retries,
      ExecutorService threads,
      RegistryOptions options)
      throws IOException {
    long size = addresses.get(0).blob().size();
    int rangeBytes = options.rangeBytes();
    boolean split = options.rangesAtATime() > 1 && size > rangeBytes;
    BlobRange first = new BlobRange(addresses, retries, 0, split ? rangeBytes : size);
    try {
      boolean ranges = first.connect();
      if (!split || !ranges) {
        return first.whole();
      }
    } catch (IOException | RuntimeException e) {
      first.close();
      throw e;
    }
    ParallelDownload download = new ParallelDownload(addresses, retries, threads, rangeBytes);
    download.begin(first, options.rangesAtATime());
    return download;
  }

  private void begin(BlobRange first, int atATime) {
    next = rangeBytes;
    coming.add(threads.submit(() -> fill(first, new byte[rangeBytes], rangeBytes)));
    for (int i = 1; i < atATime; i++) {
      fetchNext(new byte[rangeBytes]);
    }
  }

  private void fetchNext(byte[] buffer) {
    if (next < size) {
      int length = (int) Math.min(rangeBytes, size - next);
      BlobRange range = new BlobRange(addresses, retries, next, next + length);
      next += length;
      coming.add(threads.submit(() -> fill(range, buffer, length)));
    }
  }

  private static Piece fill(BlobRange range, byte[] buffer, int length) throws IOException {
    try (range) {
      return new Piece(buffer, range.readNBytes(buffer, 0, length));
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (read == current.length()) {
      if (coming.isEmpty()) {
        return -1;
      }
      Piece done = current;
      current = await(coming.remove());
      read = 0;
      fetchNext(done.bytes().length == rangeBytes ? done.bytes() : new byte[rangeBytes]);
    }
    int count = Math.min(length, current.length() - read);
    System.arraycopy(current.bytes(), read, bytes, offset, count);
    read += count;
    return count;
  }

  private static Piece await(Future<Piece> piece) throws IOException {
    try {
      return piece.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a registry");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    coming.forEach(piece -> piece.cancel(true));
    coming.clear();
  }
}
