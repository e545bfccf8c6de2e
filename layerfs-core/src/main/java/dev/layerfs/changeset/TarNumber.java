package dev.layerfs.changeset;

/** The ways in which tar writes numbers. Whatever is not exactly one of them is a {@link NumberFormatException}. */
final class TarNumber {
  /** Digits a pax time may have in all; no clock needs more, and no parser should be fed more. */
  private static final int MAX_TIME_LENGTH = 64;

  private static final int NANO_DIGITS = 9;

  private TarNumber() {}

  /**
   * Reads a numeric field of a header: octal digits after spaces or NULs and before them, nothing at all (0), or, if the
   * first bit is set, a big-endian two's complement number without that bit (GNU's base-256).
   */
  static long field(byte[] b, int offset, int length) {
    if ((b[offset] & 0x80) != 0) {
      return base256(b, offset, length);
    }
    int i = offset;
    int end = offset + length;
    while (i < end && isBlank(b[i])) {
      i++;
    }
    long value = 0; // 12 digits of 3 bits can't overflow
    while (i < end && b[i] >= '0' && b[i] <= '7') {
      value = value << 3 | (b[i++] - '0');
    }
    while (i < end) {
      if (!isBlank(b[i++])) {
        throw new NumberFormatException("not octal");
      }
    }
    return value;
  }

  /**
   * Reads a field that says where things are: as {@link #field}, but with no NUL before the digits. Go and GNU tar pass over
   * that, for Python, libarchive and commons-compress the number ends there; what one takes for content is a header to another.
   */
  static long length(byte[] b, int offset, int length) {
    long value = field(b, offset, length);
    int i = offset;
    while (i < offset + length && b[i] == ' ') {
      i++;
    }
    if (value != 0 && b[i] == 0) {
      throw new NumberFormatException("a NUL before the digits");
    }
    return value;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == 0;
  }

  private static long base256(byte[] b, int offset, int length) {
    boolean negative = (b[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int digit =
          i == 0 ? (negative ? b[offset] | 0x80 : b[offset] & 0x7F) & 0xFF : b[offset + i] & 0xFF;
      if (value < -1L << 55 || value >= 1L << 55) {
        throw new NumberFormatException("base-256 number beyond 64 bits");
      }
      value = value << 8 | digit;
    }
    return value;
  }

  /** Reads an unsigned decimal number: digits only, up to 2^63 - 1. */
  static long decimal(byte[] b, int from, int to) {
    if (from == to) {
      throw new NumberFormatException("no digits");
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
        throw new NumberFormatException("not a decimal number of 63 bits");
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** A point in time. */
  record Time(long seconds, int nanos) {}

  /** Reads a pax time: {@code [-]digits[.digits]}; digits after the ninth are dropped, as Go and GNU tar do. */
  static Time time(byte[] b) {
    if (b.length > MAX_TIME_LENGTH) {
      throw new NumberFormatException("time too long");
    }
    int from = b.length > 0 && b[0] == '-' ? 1 : 0;
    int dot = from;
    while (dot < b.length && b[dot] != '.') {
      dot++;
    }
    long seconds = decimal(b, from, dot);
    int nanos = 0;
    for (int i = 0; i < Math.max(NANO_DIGITS, b.length - dot - 1); i++) {
      int digit = dot + 1 + i < b.length ? b[dot + 1 + i] - '0' : 0;
      if (digit < 0 || digit > 9) {
        throw new NumberFormatException("not a decimal fraction");
      }
      nanos = i < NANO_DIGITS ? nanos * 10 + digit : nanos;
    }
    if (from == 0) {
      return new Time(seconds, nanos);
    }
    return nanos == 0 ? new Time(-seconds, 0) : new Time(-seconds - 1, 1_000_000_000 - nanos);
  }
}
