package dev.layerfs.deflate;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes bits, the lowest of a byte first. Not thread-safe. */
final class BitOutput {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
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
    if (count >= Integer.SIZE) {
      if (BUFFER - length < Integer.BYTES) {
        flush();
      }
      INT.set(buffer, length, (int) bits);
      length += Integer.BYTES;
      bits >>>= Integer.SIZE;
      count -= Integer.SIZE;
    }
  }

  /** Fills the byte with zeros. */
  void align() throws IOException {
    while (count > 0) {
      put((byte) bits);
      bits >>>= Byte.SIZE;
      count -= Byte.SIZE;
    }
    count = 0;
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

  /** Passes on what there is; the last byte is full. */
  void flush() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }
}
