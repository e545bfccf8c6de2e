package dev.layerfs.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A buffered writer that goes forward through an empty file. What is skipped reads as zero, and stays a hole where the
 * gap is large and the host has holes. Not thread-safe.
 */
final class BlockOutput {
  /** Gaps up to this size are written as zeros: cheaper than a system call for each small file. */
  private static final int SMALL_GAP = 64 << 10;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(256 << 10);
  private long start; // of the buffer, in the file

  BlockOutput(FileChannel channel) {
    this.channel = channel;
  }

  /** Moves to an offset in the file at or after the current one. */
  void seek(long offset) throws IOException {
    long gap = offset - (start + buffer.position());
    if (gap < 0) {
      throw new IllegalArgumentException("backwards");
    }
    if (gap <= SMALL_GAP) {
      zero((int) gap);
    } else {
      flush();
      start = offset;
    }
  }

  private void zero(int count) throws IOException {
    int left = count;
    while (left > 0) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int n = Math.min(left, buffer.remaining());
      Arrays.fill(buffer.array(), buffer.position(), buffer.position() + n, (byte) 0);
      buffer.position(buffer.position() + n);
      left -= n;
    }
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int n = Math.min(end - from, buffer.remaining());
      buffer.put(bytes, from, n);
      from += n;
    }
  }

  /** Hands everything to the channel. */
  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      start += channel.write(buffer, start);
    }
    buffer.clear();
  }

  /** Writes at any offset, past the buffer. */
  void writeAt(long offset, byte[] bytes, int from, int length) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes, from, length);
    long at = offset;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }
}
