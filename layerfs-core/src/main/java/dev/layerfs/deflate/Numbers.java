package dev.layerfs.deflate;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Numbers that are mostly small: seven bits in each byte, the lowest first, the highest bit set in all but the last. */
final class Numbers {
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  private Numbers() {}

  static void write(OutputStream out, int number) throws IOException {
    int rest = number;
    while (rest >= MORE) {
      out.write(rest | MORE);
      rest >>>= BITS;
    }
    out.write(rest);
  }

  /**
   * Reads one.
   *
   * @return at least 0
   * @throws OddStreamException if it is 2^28 or more
   */
  static int read(DataInputStream in) throws IOException {
    int number = 0;
    for (int shift = 0; shift < 4 * BITS; shift += BITS) {
      int next = in.readUnsignedByte();
      number |= (next & MORE - 1) << shift;
      if (next < MORE) {
        return number;
      }
    }
    throw new OddStreamException("a number out of bounds");
  }
}
