package dev.layerfs.union.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What came of a case.
 *
 * @param results the result of each operation: {@code OK} or the name of the error
 * @param visible the tree that the mount or view shows after them
 * @param raw the tree that the upper holds then, in overlayfs's format; null where it is kept in another
 */
record Outcome(List<String> results, Tree visible, @Nullable Tree raw) {
  /** What a successful operation returns. */
  static final String OK = "OK";

  /** Returns the result of the last operation. */
  String result() {
    return results.isEmpty() ? OK : results.get(results.size() - 1);
  }

  /** Whether the last operation succeeded. */
  boolean succeeded() {
    return result().equals(OK);
  }

  /** Returns the outcome with another result of the last operation. */
  Outcome withResult(String last) {
    List<String> changed = new ArrayList<>(results);
    changed.set(results.size() - 1, last);
    return new Outcome(changed, visible, raw);
  }

  Outcome withRaw(@Nullable Tree newRaw) {
    return new Outcome(results, visible, newRaw);
  }

  /** Returns the outcome with every entry of the raw upper changed. */
  Outcome mapRaw(BiFunction<String, TreeEntry, TreeEntry> change) {
    return raw == null ? this : withRaw(raw.mapPaths(change));
  }

  /** Returns the outcome with every entry of both trees changed. */
  Outcome map(UnaryOperator<TreeEntry> change) {
    return new Outcome(results, visible.map(change), raw == null ? null : raw.map(change));
  }

  @Override
  public String toString() {
    return "\n  results " + results + "\n  visible " + visible + "\n  raw " + raw;
  }
}
