package dev.layerfs.overlay;

import dev.layerfs.spi.MountBackend.Foreign;
import dev.layerfs.spi.Redaction;
import java.util.ArrayList;
import java.util.List;

/**
 * Passwords among what a mount is told, which no message shows, whoever writes it.
 *
 * @param values the passwords
 */
record Secrets(List<String> values) {
  /** There are none. */
  static final Secrets NONE = new Secrets(List.of());

  /** Copies the list. */
  Secrets {
    values = List.copyOf(values);
  }

  /** Finds those of a file system's device and options. */
  static Secrets of(Foreign foreign) {
    List<String> found = new ArrayList<>();
    add(foreign.device(), Redaction.text(foreign.device()), found);
    List<String> shown = Redaction.options(foreign.options());
    for (int i = 0; i < shown.size(); i++) {
      add(foreign.options().get(i), shown.get(i), found);
    }
    return new Secrets(found);
  }

  /** Whether a text has none. */
  static boolean isFree(String option) {
    return Redaction.options(List.of(option)).get(0).equals(option);
  }

  private static void add(String text, String shown, List<String> found) {
    int hidden = shown.indexOf(Redaction.HIDDEN);
    if (!text.equals(shown) && hidden >= 0) {
      int after = shown.length() - hidden - Redaction.HIDDEN.length();
      String secret = text.substring(hidden, text.length() - after);
      if (!secret.isEmpty()) {
        found.add(secret);
      }
    }
  }

  /** Returns a text without them. */
  String hide(String text) {
    String shown = text;
    for (String value : values) {
      shown = shown.replace(value, Redaction.HIDDEN);
    }
    return shown;
  }

  @Override
  public String toString() {
    return Redaction.HIDDEN;
  }
}
