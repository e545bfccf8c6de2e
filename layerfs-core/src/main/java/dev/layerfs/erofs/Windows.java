package dev.layerfs.erofs;

import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run of a file's bytes at 64-bit offsets, in place, as a row of buffers of 1 GiB. Every access is checked: offsets come
 * from the file itself. Naturally aligned numbers never straddle two windows, nor does what lies within one block.
 * Thread-safe.
 */
final class Windows {
  private static final int SHIFT = 30;

  /** Bytes of each window but the last. */
  static final int WINDOW_SIZE = 1 << SHIFT;

  private final @Nullable ByteBuffer[] windows; // no more once this is closed
  private final long start;
  private final long end;
  private final String file;
  private volatile boolean damaged;

  /**
   * Takes the buffers.
   *
   * @param windows the buffers, all but the last of {@link #WINDOW_SIZE}
   * @param start offset in the file of the first byte, a multiple of the block size
   * @param end offset in the file after the last byte
   * @param file the file's name, for messages
   */
  Windows(ByteBuffer[] windows, long start, long end, String file) {
    this.windows = windows;
    this.start = start;
    this.end = end;
    this.file = file;
    for (ByteBuffer window : windows) {
      window.order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Returns how many windows a run of bytes needs. */
  static int count(long length) {
    return Math.toIntExact(ErofsFormat.unitsOf(length, WINDOW_SIZE));
  }

  long size() {
    return end - start;
  }

  /** Whether the bytes were found not to be those of an image. */
  boolean isDamaged() {
    return damaged;
  }

  /** Checks that a run of bytes is within the file. */
  void require(long offset, long length) throws StoreCorruptException {
    if (offset < start || length < 0 || length > end - offset) {
      throw corrupt("an address outside the file");
    }
  }

  /** Makes what is to be thrown because the bytes are not those of an image, and notes that. */
  StoreCorruptException corrupt(String problem) {
    damaged = true;
    return new StoreCorruptException(file, "damaged: " + problem);
  }

  /**
   * Returns the buffer that holds the byte at an offset; {@link #index} is where.
   *
   * @throws ClosedChannelException if this is closed
   */
  ByteBuffer window(long offset) throws ClosedChannelException {
    ByteBuffer window = windows[(int) ((offset - start) >>> SHIFT)];
    if (window == null) { // what the JVM would check anyway: it costs readers nothing
      throw new ClosedChannelException();
    }
    return window;
  }

  /**
   * Lets go of the buffers, so that the garbage collector can unmap them whoever still holds this. Who reads meanwhile has
   * a reference of its own to the buffer, or finds none.
   */
  void close() {
    Arrays.fill(windows, null);
  }

  int index(long offset) {
    return (int) (offset - start) & (WINDOW_SIZE - 1);
  }

  int u8(long offset) throws IOException {
    require(offset, 1);
    return window(offset).get(index(offset)) & 0xFF;
  }

  int u16(long offset) throws IOException {
    require(offset, 2);
    return window(offset).getShort(index(offset)) & 0xFFFF;
  }

  int i32(long offset) throws IOException {
    require(offset, 4);
    return window(offset).getInt(index(offset));
  }

  long u32(long offset) throws IOException {
    return i32(offset) & 0xFFFF_FFFFL;
  }

  long i64(long offset) throws IOException {
    require(offset, 8);
    return window(offset).getLong(index(offset));
  }

  byte[] bytes(long offset, int length) throws IOException {
    require(offset, length);
    byte[] copy = new byte[length];
    copy(offset, ByteBuffer.wrap(copy), length);
    return copy;
  }

  /** Copies bytes to a buffer's position. */
  void copy(long offset, ByteBuffer target, int length) throws IOException {
    require(offset, length);
    long from = offset;
    int left = length;
    while (left > 0) {
      int index = index(from);
      int n = Math.min(left, WINDOW_SIZE - index);
      target.put(target.position(), window(from), index, n);
      target.position(target.position() + n);
      from += n;
      left -= n;
    }
  }
}
