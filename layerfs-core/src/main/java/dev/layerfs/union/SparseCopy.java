package dev.layerfs.union;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Copies content into an empty file, and leaves out what is nothing but zeros: it is a hole in the copy. */
final class SparseCopy {
  private static final int BUFFER = 1 << 20;

  private SparseCopy() {}

  /** Where the bytes are. */
  interface Source {
    /** Reads bytes from a position; -1 at or after the end. */
    int read(ByteBuffer target, long position) throws IOException;
  }

  /**
   * Copies content.
   *
   * @param source the bytes
   * @param size how many there are; if the source ends sooner the rest is a hole
   * @param target an empty file
   */
  static void copy(Source source, long size, FileChannel target) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect((int) Math.min(BUFFER, Math.max(size, Holes.BLOCK)));
    long position = 0;
    long written = 0;
    while (position < size) {
      buffer.clear();
      int n = source.read(buffer, position);
      if (n <= 0) {
        break;
      }
      buffer.flip();
      written =
          Math.max(written, Holes.skip(buffer, position, (data, at) -> writeAll(target, data, at)));
      position += n;
    }
    if (written < size) {
      target.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  private static long writeAll(FileChannel target, ByteBuffer data, long position)
      throws IOException {
    long at = position;
    while (data.hasRemaining()) {
      at += target.write(data, at);
    }
    return at;
  }
}
