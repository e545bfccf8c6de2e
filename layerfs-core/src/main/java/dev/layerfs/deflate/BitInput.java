package dev.layerfs.deflate;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Bits of a stream, the lowest of a byte first. Not thread-safe. */
final class BitInput {
  private static final int BUFFER = 64 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int end;
  private long bits;
  private int count;

  BitInput(InputStream in) {
    this.in = in;
  }

  /** Returns the next bits, at most 32, and leaves them there; after the end of the stream there are zeros. */
  int peek(int n) throws IOException {
    if (count < n) {
      fill();
    }
    return (int) (bits & (1L << n) - 1);
  }

  /** Takes bits that were looked at. */
  void skip(int n) throws IOException {
    if (n > count) {
      throw new EOFException("within a deflate stream");
    }
    bits >>>= n;
    count -= n;
  }

  int take(int n) throws IOException {
    int value = peek(n);
    skip(n);
    return value;
  }

  /** Goes on at the next byte, and returns the bits that were left of this one. */
  int align() throws IOException {
    return take(count & 7);
  }

  boolean isAtEnd() throws IOException {
    peek(1);
    return count == 0;
  }

  private void fill() throws IOException {
    while (count <= Long.SIZE - Byte.SIZE) {
      if (next == end) {
        next = 0;
        end = Math.max(0, in.read(buffer));
        if (end == 0) {
          return;
        }
      }
      bits |= (buffer[next++] & 0xFFL) << count;
      count += Byte.SIZE;
    }
  }
}
