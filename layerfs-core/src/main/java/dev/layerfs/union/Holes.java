package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds holes by reading: a block of nothing but zeros is one, whether the host has stored it or not. That is what {@code
 * lseek(2)} allows, and what makes copies as sparse as they can be.
 */
public final class Holes {
  /** The size and alignment of what is data or hole: a block of most file systems. */
  public static final int BLOCK = 4096;

  private static final int BUFFER = 64 * BLOCK;

  private final Source source;
  private final long size;

  /** Where the bytes are. */
  @FunctionalInterface
  public interface Source {
    int read(ByteBuffer target, long position) throws PosixException;
  }

  public Holes(Source source, long size) {
    this.source = source;
    this.size = size;
  }

  /**
   * Finds the next data or hole at or after a position. The end of the file is a hole.
   *
   * @throws PosixException {@link Errno#ENXIO} if there is no more data, or the position is at or after the end
   */
  public long seek(long position, boolean data) throws PosixException {
    if (position < 0 || position >= size) {
      throw new PosixException(Errno.ENXIO, "position " + position + " of " + size);
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, size - position + BLOCK));
    long at = position - position % BLOCK;
    while (at < size) {
      buffer.clear();
      int n = source.read(buffer, at);
      if (n <= 0) {
        break; // it was truncated meanwhile
      }
      for (int from = 0; from < n; from += BLOCK) {
        if (isZero(buffer, from, Math.min(from + BLOCK, n)) != data) {
          return Math.max(position, at + from);
        }
      }
      at += n;
    }
    if (data) {
      throw new PosixException(Errno.ENXIO, "no data after " + position);
    }
    return size;
  }

  /** Where data goes. */
  @FunctionalInterface
  public interface Sink<E extends IOException> {
    /**
     * Writes all of a buffer.
     *
     * @param data what to write
     * @param position where it belongs in the file
     * @throws E if it can't be written
     */
    void write(ByteBuffer data, long position) throws E;
  }

  /**
   * Writes the part of a file's content that is not zero.
   *
   * @param data a part of the content; its position and limit are not changed
   * @param position where it belongs in the file
   * @param sink takes the runs of blocks that hold anything
   * @return the offset in the file after the last byte written; 0 if none was
   * @throws E if the sink does
   */
  public static <E extends IOException> long skip(ByteBuffer data, long position, Sink<E> sink)
      throws E {
    long written = 0;
    int limit = data.limit();
    int from = data.position();
    while (from < limit) {
      int to = from;
      while (to < limit && !isZero(data, to, Math.min(to + BLOCK, limit))) {
        to = Math.min(to + BLOCK, limit);
      }
      if (to > from) {
        long start = position + from - data.position();
        sink.write(data.slice(from, to - from), start);
        written = start + to - from;
      }
      from = to == from ? Math.min(from + BLOCK, limit) : to;
    }
    return written;
  }

  /** Whether bytes of a buffer are all zero. */
  static boolean isZero(ByteBuffer bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      if (bytes.getLong(i) != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
