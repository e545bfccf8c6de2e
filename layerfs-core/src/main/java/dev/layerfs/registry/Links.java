package dev.layerfs.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code Link} header fields (RFC 8288, section 3). */
final class Links {
  private final String header;
  private int at;

  private Links(String header) {
    this.header = header;
  }

  /**
   * Finds a link.
   *
   * @param headers the values of all header fields
   * @param relation a relation type, in lower case
   * @return the target of the first link of that relation, as it stands there; empty if there is none
   */
  static Optional<String> target(List<String> headers, String relation) {
    return headers.stream()
        .flatMap(header -> new Links(header).target(relation).stream())
        .findFirst();
  }

  private Optional<String> target(String relation) {
    for (int open = header.indexOf('<'); open >= 0; open = header.indexOf('<', at)) {
      int close = header.indexOf('>', open);
      if (close < 0) {
        return Optional.empty();
      }
      at = close + 1;
      if (parameters().stream().anyMatch(parameter -> isRelation(parameter, relation))) {
        return Optional.of(header.substring(open + 1, close));
      }
    }
    return Optional.empty();
  }

  /** Reads up to the comma before the next link; commas and semicolons in quotes are text. */
  private List<String> parameters() {
    List<String> parameters = new ArrayList<>();
    boolean quoted = false;
    int start = at;
    for (; at < header.length(); at++) {
      char c = header.charAt(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ';' || c == ',')) {
        parameters.add(header.substring(start, at));
        start = at + 1;
        if (c == ',') {
          return parameters;
        }
      }
    }
    parameters.add(header.substring(start));
    return parameters;
  }

  /** A link may have several relations, with spaces between them. */
  private static boolean isRelation(String parameter, String relation) {
    int equals = parameter.indexOf('=');
    if (equals < 0 || !parameter.substring(0, equals).strip().equalsIgnoreCase("rel")) {
      return false;
    }
    String value = parameter.substring(equals + 1).strip();
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    String relations = quoted ? value.substring(1, value.length() - 1) : value;
    return List.of(relations.split(" ", -1)).stream().anyMatch(relation::equalsIgnoreCase);
  }
}
