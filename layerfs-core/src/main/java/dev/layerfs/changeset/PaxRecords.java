package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The records of a pax extended header that is being written, in the order in which they are added. */
final class PaxRecords {
  private static final byte[] HDRCHARSET = "hdrcharset".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BINARY = "BINARY".getBytes(StandardCharsets.US_ASCII);
  private static final String XATTR = "SCHILY.xattr.";

  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private boolean binary;

  boolean isEmpty() {
    return records.size() == 0;
  }

  /**
   * Adds a name. One that is not UTF-8 stands there as it is; POSIX wants {@code hdrcharset=BINARY} then, which libarchive
   * and Python follow. Others, Go and GNU tar among them, take the bytes as they are anyway.
   */
  void name(String key, byte[] value) {
    if (!binary && !isUtf8(value)) {
      binary = true;
      add(HDRCHARSET, BINARY);
    }
    add(ascii(key), value);
  }

  void number(String key, long value) {
    add(ascii(key), ascii(Long.toString(value)));
  }

  /** Adds a time as a decimal number; before the epoch the fraction counts backwards, too. */
  void time(String key, long seconds, int nanos) {
    boolean backwards = seconds < 0 && nanos > 0;
    long whole = backwards ? seconds + 1 : seconds;
    int fraction = backwards ? 1_000_000_000 - nanos : nanos;
    String text = (backwards && whole == 0 ? "-" : "") + whole;
    if (fraction > 0) {
      text += '.' + String.format("%09d", fraction).replaceFirst("0+$", "");
    }
    add(ascii(key), ascii(text));
  }

  /** Adds an extended attribute as Go's archive/tar, GNU tar and star have it: the value's bytes as they are. */
  void xattr(Name name, byte[] value) {
    byte[] prefix = ascii(XATTR);
    byte[] suffix = name.toBytes();
    byte[] key = ByteBuffer.allocate(prefix.length + suffix.length)
        .put(prefix)
        .put(suffix)
        .array();
    add(key, value);
  }

  /** A record's length counts its own digits. */
  private void add(byte[] key, byte[] value) {
    int rest = key.length + value.length + 3; // a space, "=" and the newline
    int length = rest + digits(rest);
    length = rest + digits(length);
    records.writeBytes(ascii(Integer.toString(length)));
    records.write(' ');
    records.writeBytes(key);
    records.write('=');
    records.writeBytes(value);
    records.write('\n');
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }

  byte[] toBytes() {
    return records.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
