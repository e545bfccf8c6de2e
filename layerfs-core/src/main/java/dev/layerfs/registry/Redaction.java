package dev.layerfs.registry;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes secrets out of text that a server has sent: it knows what it was told, and may repeat it in an error. Immutable.
 *
 * @param secrets what must not be in any message
 */
record Redaction(List<String> secrets) {
  static final Redaction NONE = new Redaction(List.of());

  private static final String REMOVED = "[removed]";

  /** Copies the list. */
  Redaction {
    secrets = List.copyOf(secrets);
  }

  Redaction and(Redaction more) {
    List<String> all = new ArrayList<>(secrets);
    all.addAll(more.secrets);
    return new Redaction(all);
  }

  String of(String text) {
    String clean = text;
    for (String secret : secrets) {
      if (!secret.isEmpty()) {
        clean = clean.replace(secret, REMOVED);
      }
    }
    return clean;
  }

  /** Not the secrets. */
  @Override
  public String toString() {
    return secrets.size() + " secrets";
  }
}
