package dev.layerfs.deflate;

import java.io.IOException;

/** A canonical prefix code (RFC 1951, section 3.2.2): what each symbol is written as. Immutable. */
final class HuffmanCode {
  private final int[] lengths;
  private final int[] bits;

  /**
   * Makes it.
   *
   * @param lengths the length of each symbol's code, 0 for those that have none
   * @throws OddStreamException if there are more codes than can be told apart
   */
  HuffmanCode(int[] lengths) throws IOException {
    this.lengths = lengths.clone();
    this.bits = new int[lengths.length];
    int[] counts = new int[Deflate.MAX_CODE_LENGTH + 1];
    for (int length : lengths) {
      counts[length]++;
    }
    int code = 0;
    for (int length = 1; length <= Deflate.MAX_CODE_LENGTH; length++) {
      code <<= 1;
      for (int symbol = 0; counts[length] > 0 && symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          bits[symbol] = Integer.reverse(code++) >>> Integer.SIZE - length;
        }
      }
      if (code > 1 << length) {
        throw new OddStreamException("codes that are not distinct");
      }
    }
  }

  int size() {
    return lengths.length;
  }

  int length(int symbol) {
    return lengths[symbol];
  }

  /** Returns a symbol's code, the first bit lowest. */
  int bits(int symbol) {
    return bits[symbol];
  }

  /**
   * Writes a symbol.
   *
   * @throws OddStreamException if it has no code
   */
  void write(int symbol, BitOutput out) throws IOException {
    if (symbol >= lengths.length || lengths[symbol] == 0) {
      throw new OddStreamException("a symbol without a code");
    }
    out.write(bits[symbol], lengths[symbol]);
  }
}
