package dev.layerfs.soak;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Changes of a {@link SoakState}: objects as texts, by key; what is removed is empty. */
final class SoakChange {
  private SoakChange() {}

  /** Returns no change. */
  static SortedMap<String, String> none() {
    return Collections.emptySortedMap();
  }

  /** Returns the change that an object is there, or is another. */
  static SortedMap<String, String> of(String key, SoakObject object) {
    return new TreeMap<>(Map.of(key, object.toString()));
  }

  /** Returns the change that an object is gone. */
  static SortedMap<String, String> removal(String key) {
    return new TreeMap<>(Map.of(key, ""));
  }
}
