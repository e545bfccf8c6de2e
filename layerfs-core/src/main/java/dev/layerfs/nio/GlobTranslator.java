package dev.layerfs.nio;

import java.util.regex.PatternSyntaxException;

/** Translates one glob, as {@link java.nio.file.FileSystem#getPathMatcher} describes it, to a regular expression. */
final class GlobTranslator {
  private static final String ANY_BUT_SLASH = "[^/]";

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int next;
  private boolean inGroup;
  private boolean mayBeginRange; // whether what precedes, within brackets, is a single character

  GlobTranslator(String glob) {
    this.glob = glob;
  }

  String toRegex() {
    while (next < glob.length()) {
      char c = glob.charAt(next++);
      switch (c) {
        case '*' -> star();
        case '?' -> regex.append(ANY_BUT_SLASH);
        case '[' -> bracket();
        case '{' -> openGroup();
        case '}' -> closeGroup();
        case ',' -> regex.append(inGroup ? "|" : ",");
        case '\\' -> literal(escaped());
        default -> literal(c);
      }
    }
    if (inGroup) {
      throw invalid("Missing '}'");
    }
    return regex.toString();
  }

  private void star() {
    if (take('*')) {
      regex.append(".*");
    } else {
      regex.append(ANY_BUT_SLASH).append('*');
    }
  }

  private void openGroup() {
    if (inGroup) {
      throw invalid("Cannot nest groups");
    }
    inGroup = true;
    regex.append("(?:");
  }

  private void closeGroup() {
    if (inGroup) {
      inGroup = false;
      regex.append(')');
    } else {
      literal('}');
    }
  }

  private char escaped() {
    if (next == glob.length()) {
      throw invalid("No character to escape");
    }
    return glob.charAt(next++);
  }

  /** Within brackets nothing but {@code !}, {@code -} and {@code ]} has a meaning. */
  private void bracket() {
    regex.append('[').append(ANY_BUT_SLASH).append("&&[");
    if (take('!')) {
      regex.append('^');
    }
    int start = next;
    mayBeginRange = false;
    if (take('-')) {
      literal('-');
    }
    boolean closed = false;
    while (!closed && next < glob.length()) {
      char c = glob.charAt(next++);
      closed = c == ']';
      if (!closed) {
        range(c);
      }
    }
    if (!closed) {
      throw invalid("Missing ']'");
    }
    if (next - 1 == start) {
      throw invalid("Empty brackets");
    }
    regex.append("]]");
  }

  /** Appends a character, or a range that begins with it. */
  private void range(char first) {
    if (first == '/') {
      throw invalid("A name separator in brackets");
    }
    if (first == '-' && !mayBeginRange) {
      throw invalid("Invalid range");
    }
    literal(first);
    boolean range =
        next + 1 < glob.length() && glob.charAt(next) == '-' && glob.charAt(next + 1) != ']';
    mayBeginRange = !range;
    if (range) {
      char last = glob.charAt(next + 1);
      if (last < first) {
        throw invalid("Invalid range");
      }
      next += 2;
      regex.append('-');
      literal(last);
    }
  }

  private boolean take(char c) {
    boolean found = next < glob.length() && glob.charAt(next) == c;
    next += found ? 1 : 0;
    return found;
  }

  private void literal(char c) {
    boolean plain = Character.isLetterOrDigit(c) || c == '/' || c > 0x7F;
    regex.append(plain ? "" : "\\").append(c);
  }

  private PatternSyntaxException invalid(String reason) {
    return new PatternSyntaxException(reason, glob, next - 1);
  }
}
