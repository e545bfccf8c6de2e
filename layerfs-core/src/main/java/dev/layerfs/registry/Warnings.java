package dev.layerfs.registry;

import dev.layerfs.error.Printable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Passes on what registries warn of, each text once (distribution-spec, "Warnings"). Nothing depends on them. */
final class Warnings {
  private static final int MAX = 100;
  private static final String PREFIX = "299 - \"";

  private final Consumer<String> listener;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  Warnings(Consumer<String> listener) {
    this.listener = listener;
  }

  /** Tells of the warnings of a response. */
  void report(Response response) {
    for (String header : response.headers().allValues("Warning")) {
      boolean wellFormed =
          header.startsWith(PREFIX) && header.endsWith("\"") && header.length() > PREFIX.length();
      if (wellFormed && told.size() < MAX) {
        String quoted = header.substring(PREFIX.length(), header.length() - 1);
        String text = Printable.of(response.redaction().of(quoted.replaceAll("\\\\(.)", "$1")));
        if (told.add(text)) {
          listener.accept(text);
        }
      }
    }
  }
}
