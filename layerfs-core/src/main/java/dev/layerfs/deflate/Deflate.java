package dev.layerfs.deflate;

import java.util.Arrays;

/** The numbers of RFC 1951. */
final class Deflate {
  static final int STORED = 0;
  static final int FIXED = 1;
  static final int DYNAMIC = 2;
  static final int MIN_MATCH = 3;
  static final int MAX_MATCH = 258;
  static final int MAX_DISTANCE = 32 << 10;
  static final int MAX_CODE_LENGTH = 15;
  static final int END_OF_BLOCK = 256;
  static final int FIRST_LENGTH = 257;
  static final int LITERALS = 288;
  static final int DISTANCES = 32;

  private static final int LENGTH_CODES = 29;
  private static final int DISTANCE_CODES = 30;
  private static final int[] LENGTH_BASE = new int[LENGTH_CODES];
  private static final int[] DISTANCE_BASE = new int[DISTANCE_CODES];

  static {
    fill(LENGTH_BASE, MIN_MATCH, 4);
    LENGTH_BASE[LENGTH_CODES - 1] = MAX_MATCH;
    fill(DISTANCE_BASE, 1, 2);
  }

  private Deflate() {}

  /** A code has one more extra bit than the one some steps before it. */
  private static void fill(int[] bases, int first, int step) {
    bases[0] = first;
    for (int code = 1; code < bases.length; code++) {
      bases[code] = bases[code - 1] + (1 << extraBits(code - 1, step));
    }
  }

  private static int extraBits(int code, int step) {
    return Math.max(0, code / step - 1);
  }

  /** Whether there is such a code of lengths, from 0. */
  static boolean isLengthCode(int code) {
    return code < LENGTH_CODES;
  }

  static boolean isDistanceCode(int code) {
    return code < DISTANCE_CODES;
  }

  static int lengthBase(int code) {
    return LENGTH_BASE[code];
  }

  static int lengthExtraBits(int code) {
    return code == LENGTH_CODES - 1 ? 0 : extraBits(code, 4);
  }

  static int distanceBase(int code) {
    return DISTANCE_BASE[code];
  }

  static int distanceExtraBits(int code) {
    return extraBits(code, 2);
  }

  /** Returns the code of a length; 258 has two, of which this is the one that compressors use. */
  static int lengthCode(int length) {
    return length == MAX_MATCH ? LENGTH_CODES - 1 : code(length - MIN_MATCH, 4);
  }

  static int distanceCode(int distance) {
    return code(distance - 1, 2);
  }

  /** The code is made of the number of the highest bit and of the bits after it. */
  private static int code(int value, int step) {
    if (value < step) {
      return value;
    }
    int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value) - (step == 4 ? 2 : 1);
    return bits * step + (value >>> bits);
  }

  /** The lengths of the codes of blocks that say none (section 3.2.6). */
  static int[] fixedLiteralLengths() {
    int[] lengths = new int[LITERALS];
    for (int symbol = 0; symbol < LITERALS; symbol++) {
      lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    }
    return lengths;
  }

  static int[] fixedDistanceLengths() {
    int[] lengths = new int[DISTANCES];
    Arrays.fill(lengths, 5);
    return lengths;
  }
}
