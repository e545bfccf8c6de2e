package dev.layerfs.deflate;

import java.io.IOException;
import java.io.OutputStream;

/** Writes bits, the lowest of a byte first. Not thread-safe. */
final class BitOutput {
  private static final int BUFFER = 64 << 10;

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private int length;
  private long bits;
  private int count;

  BitOutput(OutputStream out) {
    this.out = out;
  }

  /** Writes at most 32 bits. */
  void write(int value, int n) throws IOException {
    bits |= (value & (1L << n) - 1) << count;
    count += n;
    while (count >= Byte.SIZE) {
      put((byte) bits);
      bits >>>= Byte.SIZE;
      count -= Byte.SIZE;
    }
  }

  /** Fills the byte with zeros. */
  void align() throws IOException {
    write(0, -count & 7);
  }

  /** Writes whole bytes; what went before ends with a byte. */
  void write(byte[] bytes, int from, int n) throws IOException {
    for (int i = from; i < from + n; i++) {
      put(bytes[i]);
    }
  }

  private void put(byte b) throws IOException {
    if (length == BUFFER) {
      flush();
    }
    buffer[length++] = b;
  }

  /** Passes on the bytes that are full. */
  void flush() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }
}
