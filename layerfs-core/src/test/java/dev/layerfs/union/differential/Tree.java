package dev.layerfs.union.differential;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The objects in a case's directory, by path; that of the directory itself is empty. Immutable.
 *
 * @param entries the objects
 */
record Tree(SortedMap<String, TreeEntry> entries) {
  Tree {
    entries = new TreeMap<>(entries);
  }

  @Nullable
  TreeEntry get(String path) {
    return entries.get(path);
  }

  Tree with(String path, TreeEntry entry) {
    SortedMap<String, TreeEntry> changed = new TreeMap<>(entries);
    changed.put(path, entry);
    return new Tree(changed);
  }

  /** Returns the tree without an object and all beneath it. */
  Tree without(String path) {
    SortedMap<String, TreeEntry> rest = new TreeMap<>(entries);
    rest.keySet().removeIf(other -> isAt(other, path));
    return new Tree(rest);
  }

  /** Returns an object and all beneath it, with paths that begin at the object. */
  Tree at(String path) {
    SortedMap<String, TreeEntry> part = new TreeMap<>();
    entries.forEach((other, entry) -> {
      if (isAt(other, path)) {
        part.put(other.substring(path.length()), entry);
      }
    });
    return new Tree(part);
  }

  /** Returns the tree with what {@link #at} returned at a path, in place of what is there. */
  Tree withAt(String path, Tree part) {
    SortedMap<String, TreeEntry> changed = new TreeMap<>(without(path).entries);
    part.entries.forEach((suffix, entry) -> changed.put(path + suffix, entry));
    return new Tree(changed);
  }

  /** Returns the tree with every entry changed. */
  Tree map(UnaryOperator<TreeEntry> change) {
    return mapPaths((path, entry) -> change.apply(entry));
  }

  /** Returns the tree with every entry changed. */
  Tree mapPaths(BiFunction<String, TreeEntry, TreeEntry> change) {
    SortedMap<String, TreeEntry> changed = new TreeMap<>(entries);
    changed.replaceAll(change);
    return new Tree(changed);
  }

  private static boolean isAt(String path, String top) {
    return path.equals(top) || path.startsWith(top + "/");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    entries.forEach((path, entry) ->
        text.append("\n    ").append('/').append(path).append("  ").append(entry));
    return text.toString();
  }
}
