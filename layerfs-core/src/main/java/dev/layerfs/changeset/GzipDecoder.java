package dev.layerfs.changeset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads all members of a gzip stream (RFC 1952) and nothing else. The JDK's {@code GZIPInputStream} won't do: that of
 * JDK 17 stops after the first member if the source says that nothing is {@code available()} (JDK-7036144), and all take
 * whatever follows the last member.
 */
final class GzipDecoder extends InputStream {
  private static final int BUFFER = 128 << 10;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int RESERVED_FLAGS = 0xE0;
  private static final int DEFLATE = 8;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final CRC32 headerCrc = new CRC32();
  private final byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private boolean inMember;
  private boolean closed;

  GzipDecoder(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    Objects.checkFromIndexSize(off, len, b.length);
    if (closed) {
      throw new IOException("stream closed");
    }
    if (len == 0) {
      return 0;
    }
    while (inMember || beginMember()) {
      int n = inflate(b, off, len);
      if (n > 0) {
        crc.update(b, off, n);
        return n;
      }
      if (inflater.finished()) {
        endMember();
      }
    }
    return -1;
  }

  private int inflate(byte[] b, int off, int len) throws IOException {
    if (inflater.needsInput()) {
      if (start == end && !fill()) {
        throw new EOFException("within a gzip member");
      }
      inflater.setInput(buffer, start, end - start);
    }
    try {
      int n = inflater.inflate(b, off, len);
      start = end - inflater.getRemaining();
      return n;
    } catch (DataFormatException e) {
      throw new IOException("deflate data", e);
    }
  }

  /** Reads a header; false at the end of the stream. */
  private boolean beginMember() throws IOException {
    if (start == end && !fill()) {
      return false;
    }
    headerCrc.reset();
    if (headerByte() != 0x1F || headerByte() != 0x8B || headerByte() != DEFLATE) {
      throw new IOException("no gzip header");
    }
    int flags = headerByte();
    if ((flags & RESERVED_FLAGS) != 0) {
      throw new IOException("reserved gzip flags");
    }
    skipHeaderBytes(6); // time, extra flags, operating system
    if ((flags & FLAG_EXTRA) != 0) {
      skipHeaderBytes(headerByte() | headerByte() << 8);
    }
    skipHeaderText(flags & FLAG_NAME);
    skipHeaderText(flags & FLAG_COMMENT);
    if ((flags & FLAG_HEADER_CRC) != 0) {
      int expected = (int) headerCrc.getValue() & 0xFFFF;
      if ((headerByte() | headerByte() << 8) != expected) {
        throw new IOException("gzip header checksum");
      }
    }
    inflater.reset();
    crc.reset();
    inMember = true;
    return true;
  }

  private int headerByte() throws IOException {
    int b = nextByte();
    headerCrc.update(b);
    return b;
  }

  private void skipHeaderBytes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      headerByte();
    }
  }

  private void skipHeaderText(int flag) throws IOException {
    if (flag != 0) {
      while (headerByte() != 0) {
        // a name or comment, which end with a NUL
      }
    }
  }

  private void endMember() throws IOException {
    if (littleEndianInt() != (int) crc.getValue()
        || littleEndianInt() != (int) inflater.getBytesWritten()) {
      throw new IOException("gzip checksum");
    }
    inMember = false;
  }

  private int littleEndianInt() throws IOException {
    return nextByte() | nextByte() << 8 | nextByte() << 16 | nextByte() << 24;
  }

  private int nextByte() throws IOException {
    if (start == end && !fill()) {
      throw new EOFException("within a gzip member");
    }
    return buffer[start++] & 0xFF;
  }

  private boolean fill() throws IOException {
    start = 0;
    end = Math.max(0, in.read(buffer, 0, BUFFER));
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    inflater.end();
    in.close();
  }
}
