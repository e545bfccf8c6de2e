package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.nio.ByteBuffer;

/**
 * Finds holes by reading: a block of nothing but zeros is one, whether the host has stored it or not. That is what {@code
 * lseek(2)} allows, and what makes copies as sparse as they can be.
 */
final class Holes {
  /** The size and alignment of what is data or hole: a block of most file systems. */
  static final int BLOCK = 4096;

  private static final int BUFFER = 64 * BLOCK;

  private final Source source;
  private final long size;

  /** Where the bytes are. */
  interface Source {
    int read(ByteBuffer target, long position) throws PosixException;
  }

  Holes(Source source, long size) {
    this.source = source;
    this.size = size;
  }

  /**
   * Finds the next data or hole at or after a position. The end of the file is a hole.
   *
   * @throws PosixException {@link Errno#ENXIO} if there is no more data, or the position is at or after the end
   */
  long seek(long position, boolean data) throws PosixException {
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
