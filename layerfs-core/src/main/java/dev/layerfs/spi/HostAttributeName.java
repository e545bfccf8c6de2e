package dev.layerfs.spi;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Names of extended attributes that a host can't keep as they are, such as those outside the {@code user} namespace with the
 * JDK: they are escaped under {@code overlay.layerfs.x.}, a name that overlayfs keeps to itself.
 */
public final class HostAttributeName {
  private static final String USER = "user.";
  private static final String ESCAPED = "overlay.layerfs.x.";

  private HostAttributeName() {}

  /**
   * Returns how a host keeps an attribute that can hold no names but plain text in the {@code user} namespace.
   *
   * @param name the full name
   * @return a name without {@code user.}, escaped if need be
   */
  public static String encode(Name name) {
    String text = name.toString();
    return text.startsWith(USER) && !text.startsWith(USER + ESCAPED) && isPlain(name)
        ? text.substring(USER.length())
        : escape(name);
  }

  /**
   * Escapes a name.
   *
   * @param name the full name
   * @return a name in printable ASCII, to be put behind {@code user.} or {@code trusted.}
   */
  public static String escape(Name name) {
    StringBuilder out = new StringBuilder(ESCAPED);
    for (int i = 0; i < name.length(); i++) {
      int b = name.byteAt(i) & 0xFF;
      if (b > ' ' && b < 0x7F && b != '%') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    return out.toString();
  }

  /**
   * Tells whether a name is one that only this class can read.
   *
   * @param hostName a name without {@code user.} or {@code trusted.}
   * @return whether it is an escaped one
   */
  public static boolean isEscaped(String hostName) {
    return hostName.startsWith(ESCAPED);
  }

  private static boolean isPlain(Name name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.byteAt(i) <= ' ') {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the full name of the attribute that a host keeps under a name.
   *
   * @param hostName what {@link #encode} or {@link #escape} returned
   * @return the attribute's name
   */
  public static Name decode(String hostName) {
    if (!hostName.startsWith(ESCAPED)) {
      return Name.of(USER + hostName);
    }
    byte[] in = hostName.substring(ESCAPED.length()).getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return Name.ofBytes(out.toByteArray());
  }
}
