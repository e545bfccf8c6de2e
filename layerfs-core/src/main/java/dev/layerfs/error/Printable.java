package dev.layerfs.error;

/** Makes untrusted text fit for a message: one line, no terminal control sequences, bounded length. */
public final class Printable {
  private static final int MAX_LENGTH = 512;

  private Printable() {}

  /**
   * Returns {@code text} with control characters, line and bidirectional separators, backslashes and lone surrogates
   * written as a backslash, {@code u} and four hexadecimal digits, cut after 512 characters.
   *
   * @param text any text, for example a name from an image
   * @return text that is safe to print on one line
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 8);
    int end = Math.min(text.length(), MAX_LENGTH);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (isPlain(text, i)) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04X", (int) c));
      }
    }
    return end < text.length() ? out.append("...").toString() : out.toString();
  }

  private static boolean isPlain(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    int type = Character.getType(c);
    return c != '\\'
        && !Character.isISOControl(c)
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
