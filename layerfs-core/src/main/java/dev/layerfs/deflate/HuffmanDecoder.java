package dev.layerfs.deflate;

import java.io.IOException;

/** Reads symbols of a canonical prefix code (RFC 1951, section 3.2.2), short ones by a table. */
final class HuffmanDecoder {
  private static final int TABLE_BITS = 10;
  private static final int LENGTH_BITS = 4;

  private final int[] counts = new int[Deflate.MAX_CODE_LENGTH + 1];
  private final int[] symbols;
  private final short[] table = new short[1 << TABLE_BITS];

  /**
   * Prepares.
   *
   * @param codes the code
   */
  HuffmanDecoder(HuffmanCode codes) {
    symbols = new int[codes.size()];
    int[] next = new int[Deflate.MAX_CODE_LENGTH + 2];
    for (int symbol = 0; symbol < codes.size(); symbol++) {
      counts[codes.length(symbol)]++;
    }
    counts[0] = 0;
    for (int length = 1; length <= Deflate.MAX_CODE_LENGTH; length++) {
      next[length + 1] = next[length] + counts[length];
    }
    for (int symbol = 0; symbol < codes.size(); symbol++) {
      int length = codes.length(symbol);
      if (length > 0) {
        symbols[next[length]++] = symbol;
        enter(symbol, codes.bits(symbol), length);
      }
    }
  }

  private void enter(int symbol, int bits, int length) {
    for (int i = bits; length <= TABLE_BITS && i < table.length; i += 1 << length) {
      table[i] = (short) (symbol << LENGTH_BITS | length);
    }
  }

  /** Reads a symbol. */
  int read(BitInput in) throws IOException {
    int bits = in.peek(Deflate.MAX_CODE_LENGTH);
    int entry = table[bits & table.length - 1];
    if (entry == 0) {
      return readLong(in, bits);
    }
    in.skip(entry & (1 << LENGTH_BITS) - 1);
    return entry >> LENGTH_BITS;
  }

  /** Codes of one length follow each other, after those that begin with the codes of shorter lengths. */
  private int readLong(BitInput in, int bits) throws IOException {
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= Deflate.MAX_CODE_LENGTH; length++) {
      code |= bits >> length - 1 & 1;
      if (code - first < counts[length]) {
        in.skip(length);
        return symbols[index + code - first];
      }
      index += counts[length];
      first = first + counts[length] << 1;
      code <<= 1;
    }
    throw new OddStreamException("a code of no symbol");
  }
}
