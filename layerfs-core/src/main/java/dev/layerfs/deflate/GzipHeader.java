package dev.layerfs.deflate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The header of a gzip member (RFC 1952, section 2.3), of which nothing is looked at but where it ends. */
final class GzipHeader {
  private static final int MAX = 0xFFFF;
  private static final int FIXED = 10;
  private static final int FLAGS = 3;
  private static final int FLAG_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private final BitInput in;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private GzipHeader(BitInput in) {
    this.in = in;
  }

  /**
   * Reads one.
   *
   * @return all of its bytes
   * @throws OddStreamException if it is very long
   */
  static byte[] read(BitInput in) throws IOException {
    return new GzipHeader(in).read();
  }

  private byte[] read() throws IOException {
    int flags = 0;
    for (int i = 0; i < FIXED; i++) {
      int next = next();
      flags = i == FLAGS ? next : flags;
    }
    if ((flags & FLAG_EXTRA) != 0) {
      int length = next() | next() << Byte.SIZE;
      for (int i = 0; i < length; i++) {
        next();
      }
    }
    for (int flag = FLAG_NAME; flag <= FLAG_COMMENT; flag <<= 1) {
      while ((flags & flag) != 0 && next() != 0) {
        // up to the end of the text
      }
    }
    if ((flags & FLAG_CRC) != 0) {
      next();
      next();
    }
    return bytes.toByteArray();
  }

  private int next() throws IOException {
    if (bytes.size() == MAX) {
      throw new OddStreamException("a long header");
    }
    int next = in.take(Byte.SIZE);
    bytes.write(next);
    return next;
  }
}
