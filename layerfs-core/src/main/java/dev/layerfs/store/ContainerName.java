package dev.layerfs.store;

import java.util.Optional;

/**
 * The name of a container: a lower-case letter or digit, then at most 127 of those, {@code _}, {@code .} and {@code -}. So
 * it is a file name on every host.
 *
 * @param text the name
 */
public record ContainerName(String text) {
  /** What people are told who have given a text that is none. */
  public static final String RULE =
      "a lower-case letter or digit, then at most 127 of those, '_', '.' and '-'";

  private static final int MAX_LENGTH = 128;

  /** Returns the name that a text is, if it has the form of one. */
  public static Optional<ContainerName> parse(String text) {
    return isName(text) ? Optional.of(new ContainerName(text)) : Optional.empty();
  }

  /** Whether a text has the form of a name of whatever people name in a store. */
  static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && isLetterOrDigit(text.charAt(0))
        && text.chars().allMatch(c -> isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
}
