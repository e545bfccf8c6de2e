package dev.layerfs.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The query of an address. Immutable.
 *
 * @param text empty, or a question mark and encoded parameters
 */
record Query(String text) {
  static final Query NONE = new Query("");

  static Query of(String name, String value) {
    return NONE.and(name, value);
  }

  Query and(String name, String value) {
    String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    return new Query(text + (text.isEmpty() ? "?" : "&") + name + "=" + encoded);
  }

  @Override
  public String toString() {
    return text;
  }
}
