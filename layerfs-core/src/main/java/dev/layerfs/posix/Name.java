package dev.layerfs.posix;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A name as the kernel sees it: bytes, of no particular encoding. Used for file names and for names of extended
 * attributes. Immutable; ordered by unsigned bytes.
 *
 * <p>As text, bytes that are not part of valid UTF-8 appear as U+DC80 to U+DCFF, one for each byte, and are accepted so
 * (the {@code surrogateescape} of Python's PEP 383): {@code Name.of(name.toString())} is always the same name.
 */
public final class Name implements Comparable<Name> {
  /** The longest file name in bytes ({@code NAME_MAX} of {@code <linux/limits.h>}). */
  public static final int MAX_LENGTH = 255;

  private final byte[] bytes;
  private int hash; // computed on first use, as String does
  private @Nullable String text;

  private Name(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the name that a text stands for.
   *
   * @param text a name as text
   * @return the name's bytes: UTF-8, with U+DC80 to U+DCFF standing for single bytes
   * @throws IllegalArgumentException if the text holds any other lone surrogate
   */
  public static Name of(String text) {
    return new Name(encode(text));
  }

  /**
   * Returns a name of the given bytes.
   *
   * @param bytes the bytes; copied
   * @return the name
   */
  public static Name ofBytes(byte[] bytes) {
    return new Name(bytes.clone());
  }

  /**
   * Returns a name of some of an array's bytes.
   *
   * @param bytes an array; the part used is copied
   * @param from index of the first byte
   * @param to index after the last byte
   * @return the name
   */
  public static Name ofBytes(byte[] bytes, int from, int to) {
    return new Name(Arrays.copyOfRange(bytes, from, to));
  }

  /**
   * Returns the name's bytes.
   *
   * @return a new array
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * Returns the name's length.
   *
   * @return the number of bytes
   */
  public int length() {
    return bytes.length;
  }

  /**
   * Returns one byte of the name.
   *
   * @param index 0 to {@code length() - 1}
   * @return the byte
   */
  public byte byteAt(int index) {
    return bytes[index];
  }

  /**
   * Tells whether the name begins with another.
   *
   * @param prefix the bytes to look for
   * @return whether this name's first bytes are those of {@code prefix}
   */
  public boolean startsWith(Name prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  /**
   * Compares the name with bytes of a buffer, in place.
   *
   * @param buffer a buffer; its position and limit are not looked at
   * @param offset absolute index of the first byte
   * @param length number of bytes
   * @return negative, zero or positive as this name sorts before, with or after those bytes
   */
  public int compareTo(ByteBuffer buffer, int offset, int length) {
    int n = Math.min(bytes.length, length);
    for (int i = 0; i < n; i++) {
      int difference = (bytes[i] & 0xFF) - (buffer.get(offset + i) & 0xFF);
      if (difference != 0) {
        return difference;
      }
    }
    return bytes.length - length;
  }

  @Override
  public int compareTo(Name other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof Name name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    int h = hash;
    if (h == 0) {
      h = Arrays.hashCode(bytes);
      hash = h;
    }
    return h;
  }

  /** Returns the name as text, undecodable bytes as U+DC80 to U+DCFF. */
  @Override
  public String toString() {
    String t = text;
    if (t == null) {
      t = decode(bytes);
      text = t;
    }
    return t;
  }

  /**
   * Returns bytes as text, undecodable bytes as U+DC80 to U+DCFF.
   *
   * @param bytes any bytes, for example a symbolic link's target
   * @return the text; {@link #encode} gives the bytes back
   */
  public static String decode(byte[] bytes) {
    return isAscii(bytes) ? new String(bytes, StandardCharsets.US_ASCII) : decodeAny(bytes);
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static String decodeAny(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length);
    int i = 0;
    while (i < bytes.length) {
      int length = sequenceLength(bytes, i);
      if (length == 0) {
        out.append((char) (0xDC00 + (bytes[i] & 0xFF)));
        i++;
      } else {
        out.append(new String(bytes, i, length, StandardCharsets.UTF_8));
        i += length;
      }
    }
    return out.toString();
  }

  /**
   * Returns the bytes that a text stands for.
   *
   * @param text text as {@link #decode} returns it
   * @return its bytes
   * @throws IllegalArgumentException if the text holds a lone surrogate other than U+DC80 to U+DCFF
   */
  public static byte[] encode(String text) {
    return isAscii(text) ? text.getBytes(StandardCharsets.US_ASCII) : encodeAny(text);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static byte[] encodeAny(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 8);
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped =
          c >= 0xDC80 && c <= 0xDCFF && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
      if (escaped) {
        encodePlain(text, start, i, out);
        out.write(c - 0xDC00);
        start = i + 1;
      }
    }
    encodePlain(text, start, text.length(), out);
    return out.toByteArray();
  }

  private static void encodePlain(String text, int from, int to, ByteArrayOutputStream out) {
    if (from == to) {
      return;
    }
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text, from, to));
      out.write(encoded.array(), encoded.arrayOffset() + encoded.position(), encoded.remaining());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("lone surrogate in a name", e);
    }
  }

  /** Returns the length of the well-formed UTF-8 sequence at {@code i} (Unicode 15, table 3-7), or 0 if there is none. */
  private static int sequenceLength(byte[] b, int i) {
    int first = b[i] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
      return isContinuation(b, i + 1, 0x80, 0xBF) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
      int low = first == 0xE0 ? 0xA0 : 0x80;
      int high = first == 0xED ? 0x9F : 0xBF;
      return isContinuation(b, i + 1, low, high) && isContinuation(b, i + 2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      int low = first == 0xF0 ? 0x90 : 0x80;
      int high = first == 0xF4 ? 0x8F : 0xBF;
      return isContinuation(b, i + 1, low, high)
              && isContinuation(b, i + 2, 0x80, 0xBF)
              && isContinuation(b, i + 3, 0x80, 0xBF)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean isContinuation(byte[] b, int i, int low, int high) {
    return i < b.length && (b[i] & 0xFF) >= low && (b[i] & 0xFF) <= high;
  }
}
