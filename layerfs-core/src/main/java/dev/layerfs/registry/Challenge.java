package dev.layerfs.registry;

import com.google.common.base.CharMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A challenge of a {@code WWW-Authenticate} header (RFC 9110, section 11.6.1).
 *
 * @param scheme the authentication scheme, in lower case
 * @param parameters its parameters by name, in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  /** Reads the challenges of all headers, in order. What is malformed ends its header: it can only be ignored. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      new Parser(header).readInto(challenges);
    }
    return challenges;
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  private static final class Parser {
    private static final CharMatcher TOKEN = CharMatcher.inRange('a', 'z')
        .or(CharMatcher.inRange('A', 'Z'))
        .or(CharMatcher.inRange('0', '9'))
        .or(CharMatcher.anyOf("!#$%&'*+-.^_`|~"));
    private static final CharMatcher SPACE = CharMatcher.anyOf(" \t");

    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void readInto(List<Challenge> challenges) {
      skip(SPACE.or(CharMatcher.is(',')));
      String scheme = token();
      while (!scheme.isEmpty()) {
        Map<String, String> parameters = new LinkedHashMap<>();
        challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
        scheme = parametersAndNextScheme(parameters);
      }
    }

    /** A token without an equals sign after it is the scheme of the next challenge. */
    private String parametersAndNextScheme(Map<String, String> parameters) {
      while (true) {
        skip(SPACE.or(CharMatcher.is(',')));
        String name = token();
        skip(SPACE);
        if (name.isEmpty() || !next('=')) {
          return name;
        }
        skip(SPACE);
        Optional<String> value = next('"') ? quoted() : Optional.of(token());
        if (value.isEmpty()) {
          return "";
        }
        parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value.get());
      }
    }

    /** Reads on behind the opening quote; empty if there is no closing one. */
    private Optional<String> quoted() {
      StringBuilder value = new StringBuilder();
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return Optional.of(value.toString());
        }
        if (c == '\\' && at < text.length()) {
          c = text.charAt(at++);
        }
        value.append(c);
      }
      return Optional.empty();
    }

    private String token() {
      int start = at;
      skip(TOKEN);
      return text.substring(start, at);
    }

    private boolean next(char expected) {
      if (at < text.length() && text.charAt(at) == expected) {
        at++;
        return true;
      }
      return false;
    }

    private void skip(CharMatcher characters) {
      while (at < text.length() && characters.matches(text.charAt(at))) {
        at++;
      }
    }
  }
}
