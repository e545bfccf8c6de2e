package dev.layerfs.oci;

import com.google.common.base.CharMatcher;

/** The character classes that the grammars of this package are made of. ASCII only, whatever the locale. */
final class Grammar {
  static final CharMatcher DIGIT = CharMatcher.inRange('0', '9');
  static final CharMatcher LOWER_HEX = DIGIT.or(CharMatcher.inRange('a', 'f'));
  static final CharMatcher LOWER_ALPHANUMERIC = DIGIT.or(CharMatcher.inRange('a', 'z'));
  static final CharMatcher ALPHANUMERIC = LOWER_ALPHANUMERIC.or(CharMatcher.inRange('A', 'Z'));

  private Grammar() {}
}
