package dev.layerfs.union;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Names of extended attributes as the JDK can keep them, which knows only those of the {@code user} namespace: others,
 * and names that are not plain text, are escaped under {@code overlay.layerfs.x.}, a name that overlayfs keeps to itself.
 */
final class HostAttributeName {
  private static final String USER = "user.";
  private static final String ESCAPED = "overlay.layerfs.x.";

  private HostAttributeName() {}

  /** Returns the name without {@code user.} under which the host keeps an attribute. */
  static String encode(Name name) {
    String text = name.toString();
    if (text.startsWith(USER) && !text.startsWith(USER + ESCAPED) && isPlain(name)) {
      return text.substring(USER.length());
    }
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

  /** Whether a name under which the host keeps an attribute is one that only this class can read. */
  static boolean isEscaped(String hostName) {
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

  /** Returns the full name of the attribute that the host keeps under a name. */
  static Name decode(String hostName) {
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
