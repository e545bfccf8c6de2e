package dev.layerfs.changeset;

import dev.layerfs.error.LimitExceededException;
import java.io.IOException;
import java.io.InputStream;

/** The stream of a tar, read ahead in big runs so that headers are parsed, and content handed out, in place. */
final class TarInput {
  private static final int CAPACITY = 128 << 10;

  private final InputStream in;
  private final String subject;
  private final long maxBytes;
  private final byte[] buffer = new byte[CAPACITY];
  private int start;
  private int end;
  private long bytesRead;

  TarInput(InputStream in, String subject, long maxBytes) {
    this.in = in;
    this.subject = subject;
    this.maxBytes = maxBytes;
  }

  /** The buffer that {@link #start} points into. Its content moves when more is read. */
  byte[] buffer() {
    return buffer;
  }

  /** Index of the next byte of the stream in the buffer. */
  int start() {
    return start;
  }

  /** Offset of the next byte in the stream. */
  long position() {
    return bytesRead - (end - start);
  }

  /**
   * Brings up to {@code length} bytes into the buffer.
   *
   * @param length at most the buffer's capacity
   * @return the number of bytes that are there: less than {@code length} only at the end of the stream
   */
  int request(int length) throws IOException {
    while (end - start < length && fill()) {
      // each turn reads at least one byte
    }
    return Math.min(length, end - start);
  }

  /** Brings at least one byte into the buffer and returns how many are there; 0 at the end of the stream. */
  int available() throws IOException {
    return start < end || fill() ? end - start : 0;
  }

  void consume(int length) {
    start += length;
  }

  /**
   * Passes over bytes.
   *
   * @return whether the stream had them all
   */
  boolean skip(long length) throws IOException {
    long left = length;
    while (left > 0) {
      if (start == end && left > CAPACITY) {
        left -= skipUnread(left - 1);
      }
      int run = (int) Math.min(left, available());
      if (run == 0) {
        return false;
      }
      consume(run);
      left -= run;
    }
    return true;
  }

  /** A file needs no reading for it, but may say that it skipped past its end: the last byte must be read. */
  private long skipUnread(long length) throws IOException {
    long skipped = in.skip(length);
    count(skipped);
    return skipped;
  }

  /** Reads to the end of the stream. */
  void drain() throws IOException {
    do {
      start = end;
    } while (fill());
  }

  private boolean fill() throws IOException {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (end == CAPACITY) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    int n = in.read(buffer, end, CAPACITY - end);
    if (n <= 0) {
      return false;
    }
    end += n;
    count(n);
    return true;
  }

  private void count(long n) throws IOException {
    bytesRead += n;
    if (bytesRead > maxBytes) {
      throw new LimitExceededException(subject, "maxLayerBytes", maxBytes);
    }
  }

  void close() throws IOException {
    in.close();
  }
}
