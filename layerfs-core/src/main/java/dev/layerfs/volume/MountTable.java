package dev.layerfs.volume;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is mounted where in one file system: by directory and name, as the kernel has it by dentry, so that a mount point stays
 * what it is when a directory above it is renamed. Not changed any more once the view is in use.
 */
final class MountTable {
  private final Map<Node, Map<Name, Mount>> mounts = new HashMap<>();

  void add(Node directory, Name name, Mount mount) {
    mounts.computeIfAbsent(directory, key -> new HashMap<>()).put(name, mount);
  }

  /** Returns what is mounted in a directory, by name; empty if nothing is. */
  Map<Name, Mount> in(Node directory) {
    return mounts.isEmpty() ? Map.of() : mounts.getOrDefault(directory, Map.of());
  }

  @Nullable
  Mount at(Node directory, Name name) {
    Map<Name, Mount> inDirectory = in(directory);
    return inDirectory.isEmpty() ? null : inDirectory.get(name);
  }
}
