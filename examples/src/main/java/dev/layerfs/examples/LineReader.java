package dev.layerfs.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into lines, and waits for no more bytes than the line at hand needs: who writes a line can wait
 * for its answer. For use by one thread.
 */
final class LineReader {
  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int end;

  /**
   * Makes a reader.
   *
   * @param in where the lines come from; not closed
   * @param limit how much of a line is kept, in bytes
   */
  LineReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Reads a line.
   *
   * @return its bytes without the line feed, or null at the end. Of a line beyond the limit, the first bytes, one more than
   *     the limit, and the rest is skipped
   * @throws IOException if the stream can't be read
   */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean any = false;
    while (fill()) {
      any = true;
      int start = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      line.write(buffer, start, Math.min(position - start, limit + 1 - line.size()));
      if (position < end) {
        position++;
        break;
      }
    }
    return any ? line.toByteArray() : null;
  }

  /** Makes sure that there is a byte to look at, unless the stream has ended. */
  private boolean fill() throws IOException {
    if (position == end) {
      position = 0;
      end = Math.max(0, in.read(buffer));
    }
    return position < end;
  }
}
