package dev.layerfs.changeset;

import java.nio.charset.StandardCharsets;

/**
 * A 512-byte ustar header that is being written (POSIX {@code pax}, "ustar Interchange Format"). Each field says whether it
 * could hold what it was given; what it can't is for a pax record.
 */
final class UstarBlock {
  private static final int NAME_LENGTH = 100;
  private static final int PREFIX_LENGTH = 155;

  private final byte[] block = new byte[TarHeader.BLOCK];

  UstarBlock(byte typeFlag) {
    block[156] = typeFlag;
    text(257, "ustar\0" + "00");
    number(329, 8, 0);
    number(337, 8, 0);
  }

  /** Sets the name, if need be cut at a slash into prefix and name. */
  boolean name(byte[] name) {
    if (name.length <= NAME_LENGTH) {
      System.arraycopy(name, 0, block, 0, name.length);
      return isPlain(name);
    }
    int slash = splitAt(name);
    if (slash < 0) {
      System.arraycopy(name, 0, block, 0, NAME_LENGTH); // for tools that know no pax
      return false;
    }
    System.arraycopy(name, 0, block, 345, slash);
    System.arraycopy(name, slash + 1, block, 0, name.length - slash - 1);
    return isPlain(name);
  }

  /** Returns the first slash with no more than 100 bytes after it, and at least one; -1 if there is none to cut at. */
  private static int splitAt(byte[] name) {
    int last = Math.min(PREFIX_LENGTH, name.length - 2);
    for (int i = Math.max(1, name.length - NAME_LENGTH - 1); i <= last; i++) {
      if (name[i] == '/') {
        return i;
      }
    }
    return -1;
  }

  boolean linkName(byte[] name) {
    System.arraycopy(name, 0, block, 157, Math.min(name.length, NAME_LENGTH));
    return name.length <= NAME_LENGTH && isPlain(name);
  }

  void mode(int mode) {
    number(100, 8, mode);
  }

  boolean uid(long uid) {
    return number(108, 8, uid);
  }

  boolean gid(long gid) {
    return number(116, 8, gid);
  }

  boolean size(long size) {
    return number(124, 12, size);
  }

  boolean mtime(long seconds) {
    return number(136, 12, seconds);
  }

  void device(long major, long minor) {
    number(329, 8, major);
    number(337, 8, minor);
  }

  /** Returns the block with its checksum. */
  byte[] finish() {
    int sum = 8 * ' ';
    for (byte b : block) {
      sum += b & 0xFF;
    }
    number(148, 7, sum);
    block[155] = ' ';
    return block;
  }

  private void text(int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }

  /** Writes octal digits and a NUL; zero if the number has too many, or is negative. */
  private boolean number(int offset, int length, long value) {
    int digits = length - 1;
    boolean fits = value >= 0 && value >>> (3 * digits) == 0;
    long rest = fits ? value : 0;
    for (int i = digits - 1; i >= 0; i--) {
      block[offset + i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    return fits;
  }

  /**
   * What is UTF-8 beyond ASCII wants a pax record, which says so. What is neither is nothing but bytes to any reader, and
   * ustar's fields are no worse a place for them.
   */
  private static boolean isPlain(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return !PaxRecords.isUtf8(bytes);
      }
    }
    return true;
  }
}
