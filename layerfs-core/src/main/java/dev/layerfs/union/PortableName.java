package dev.layerfs.union;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of any bytes as names that every host can hold: those that ignore case, those that reserve characters or whole
 * names, those that normalise Unicode. Lower-case letters, digits, {@code _}, {@code -} and {@code .} stand for
 * themselves, every other byte is {@code %} and two hexadecimal digits.
 */
final class PortableName {
  /** The longest escaped name; leaves room for the prefixes of side files below the 255 that hosts allow. */
  static final int MAX_LENGTH = 200;

  private static final Set<String> RESERVED_ON_WINDOWS = Set.of(
      "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
      "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8",
      "lpt9");

  private PortableName() {}

  /** Returns the escaped name, of any length. */
  static String escape(Name name) {
    StringBuilder out = new StringBuilder(name.length() + 8);
    boolean reserved = isReserved(name);
    int last = name.length() - 1;
    for (int i = 0; i <= last; i++) {
      int b = name.byteAt(i) & 0xFF;
      boolean edgeDot = b == '.' && (i == 0 || i == last);
      if (isSafe(b) && !edgeDot && !(reserved && i == 0)) {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    return out.toString();
  }

  private static boolean isSafe(int b) {
    return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_' || b == '-' || b == '.';
  }

  private static boolean isReserved(Name name) {
    String text = name.toString();
    int dot = text.indexOf('.');
    String stem = dot < 0 ? text : text.substring(0, dot);
    return RESERVED_ON_WINDOWS.contains(stem.toLowerCase(Locale.ROOT));
  }

  /** Returns the name that an escaped name stands for, or null if it is not one. */
  static @Nullable Name unescape(String escaped) {
    byte[] in = escaped.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out.write(in[i]);
        continue;
      }
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
      if (low < 0) {
        return null;
      }
      out.write(high << 4 | low);
      i += 2;
    }
    return Name.ofBytes(out.toByteArray());
  }
}
