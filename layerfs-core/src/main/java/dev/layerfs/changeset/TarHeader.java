package dev.layerfs.changeset;

import java.util.Arrays;

/**
 * A view of one 512-byte header block, in place. Layouts: {@code <tar.h>} of POSIX, GNU tar's {@code src/tar.h}.
 *
 * <p>Readers of numbers throw {@link NumberFormatException}.
 */
final class TarHeader {
  static final int BLOCK = 512;

  private static final int CHECKSUM = 148;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;
  private static final int GNU_CTIME = 357;
  private static final int TRAILER = 508;
  private static final byte[] EMPTY = {};

  private enum Format {
    V7,
    USTAR,
    STAR,
    GNU
  }

  private byte[] block = EMPTY;
  private int at;
  private Format format = Format.V7;

  /** Looks at the block that begins at {@code start}. */
  void reset(byte[] buffer, int start) {
    block = buffer;
    at = start;
    format = detect();
  }

  private Format detect() {
    if (matches(MAGIC, "ustar  \0")) {
      return Format.GNU;
    }
    if (matches(MAGIC, "ustar\0")) {
      return matches(TRAILER, "tar\0") ? Format.STAR : Format.USTAR;
    }
    return Format.V7;
  }

  private boolean matches(int offset, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (block[at + offset + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean isZero(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether the checksum is right: the sum of the bytes, its own taken as spaces; old tars summed signed bytes. */
  boolean hasRightChecksum() {
    int unsigned = 0;
    int signed = 0;
    for (int i = at; i < at + BLOCK; i++) {
      unsigned += block[i] & 0xFF;
      signed += block[i];
    }
    for (int i = at + CHECKSUM; i < at + CHECKSUM + 8; i++) {
      unsigned += ' ' - (block[i] & 0xFF);
      signed += ' ' - block[i];
    }
    try {
      long stored = TarNumber.field(block, at + CHECKSUM, 8);
      return stored == unsigned || stored == signed;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  boolean isGnu() {
    return format == Format.GNU;
  }

  byte typeFlag() {
    return block[at + 156];
  }

  long mode() {
    return TarNumber.field(block, at + 100, 8);
  }

  long uid() {
    return TarNumber.field(block, at + 108, 8);
  }

  long gid() {
    return TarNumber.field(block, at + 116, 8);
  }

  long size() {
    return TarNumber.length(block, at + 124, 12);
  }

  long mtime() {
    return TarNumber.field(block, at + 136, 12);
  }

  /** The v7 layout has no device numbers; old tars left other things in their place. */
  long deviceMajor() {
    return format == Format.V7 ? 0 : TarNumber.field(block, at + 329, 8);
  }

  long deviceMinor() {
    return format == Format.V7 ? 0 : TarNumber.field(block, at + 337, 8);
  }

  byte[] linkName() {
    return text(157, 100);
  }

  /** The name with its prefix, if this header has one. */
  byte[] name() {
    byte[] name = text(0, 100);
    byte[] prefix = prefix();
    if (prefix.length == 0) {
      return name;
    }
    byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
  }

  /**
   * Tells whether there is something where other formats have a prefix, in one that has none. Python and commons-compress
   * put it before the name, Go and GNU tar do not.
   */
  boolean hasStrayPrefix() {
    return format == Format.V7 && block[at + PREFIX] != 0;
  }

  private byte[] prefix() {
    return switch (format) {
      case USTAR -> text(PREFIX, 155);
      case STAR -> text(PREFIX, 131);
      case GNU -> misplacedPrefix();
      case V7 -> EMPTY;
    };
  }

  /**
   * GNU headers have times where ustar has the prefix, but before 1.8 Go wrote prefixes there (golang/go#12594), and
   * images of that time exist. Go's rule: it is a prefix if the times are no numbers and the text is ASCII.
   */
  private byte[] misplacedPrefix() {
    if (block[at + PREFIX] == 0) {
      return EMPTY;
    }
    try {
      TarNumber.field(block, at + PREFIX, 12);
      TarNumber.field(block, at + GNU_CTIME, 12);
      return EMPTY;
    } catch (NumberFormatException e) {
      byte[] text = text(PREFIX, 155);
      for (byte b : text) {
        if (b < 0) {
          return EMPTY;
        }
      }
      return text;
    }
  }

  /** A field up to its first NUL. */
  private byte[] text(int offset, int length) {
    int from = at + offset;
    int to = from;
    while (to < from + length && block[to] != 0) {
      to++;
    }
    return from == to ? EMPTY : Arrays.copyOfRange(block, from, to);
  }
}
