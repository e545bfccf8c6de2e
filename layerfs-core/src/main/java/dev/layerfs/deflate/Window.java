package dev.layerfs.deflate;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The part of what a stream inflates to that is of interest: the last 32 KiB, and some bytes ahead. Not thread-safe. */
final class Window {
  private static final int CAPACITY = 1 << 18;

  private final InputStream in;
  private byte[] bytes = new byte[CAPACITY];
  private int position;
  private int end;

  /**
   * Prepares.
   *
   * @param in what the stream inflates to; read ahead, not closed
   */
  Window(InputStream in) {
    this.in = in;
  }

  /** Where the bytes are; another array after {@link #fill}. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns the index of the first byte that is still to come. */
  int position() {
    return position;
  }

  void advance(int count) {
    position += count;
  }

  /**
   * Reads on.
   *
   * @param needed how many bytes there must be from the position on
   * @param wanted how many there shall be, if there are so many
   * @return by how much all indexes have become smaller, a multiple of 32 KiB
   * @throws EOFException if there are fewer than needed
   */
  int fill(int needed, int wanted) throws IOException {
    int moved = 0;
    if (position + wanted > bytes.length) {
      moved = Math.max(0, position / Deflate.MAX_DISTANCE - 1) * Deflate.MAX_DISTANCE;
      byte[] target = position - moved + wanted > bytes.length
          ? new byte[2 * (position - moved + wanted)]
          : bytes;
      System.arraycopy(bytes, moved, target, 0, end - moved);
      bytes = target;
      position -= moved;
      end -= moved;
    }
    if (end < position + wanted) {
      end += in.readNBytes(bytes, end, position + wanted - end);
    }
    if (end < position + needed) {
      throw new EOFException("less than a deflate stream inflates to");
    }
    return moved;
  }

  /** Returns the index after the last byte of so many from the position on, or of as many as there are. */
  int end(int wanted) {
    return Math.min(end, position + wanted);
  }
}
