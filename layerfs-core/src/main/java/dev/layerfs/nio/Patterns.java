package dev.layerfs.nio;

import java.nio.file.PathMatcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Path matchers: {@code regex:} and {@code glob:} as {@link java.nio.file.FileSystem#getPathMatcher} defines them. */
final class Patterns {
  private Patterns() {}

  /**
   * Makes a matcher.
   *
   * @throws IllegalArgumentException if there is no {@code syntax:}
   * @throws UnsupportedOperationException for another syntax
   * @throws PatternSyntaxException if the pattern is invalid
   */
  static PathMatcher matcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("no syntax in '" + syntaxAndPattern + "'");
    }
    String syntax = syntaxAndPattern.substring(0, colon);
    String text = syntaxAndPattern.substring(colon + 1);
    Pattern pattern;
    if (syntax.equalsIgnoreCase("glob")) {
      pattern = Pattern.compile(new GlobTranslator(text).toRegex());
    } else if (syntax.equalsIgnoreCase("regex")) {
      pattern = Pattern.compile(text);
    } else {
      throw new UnsupportedOperationException("Syntax '" + syntax + "' not recognized");
    }
    return path -> pattern.matcher(path.toString()).matches();
  }
}
