package dev.layerfs.volume;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Node;
import org.jspecify.annotations.Nullable;

/**
 * A node of a mounted view. Through whichever of its mounts it was reached, it is the same file; what may be done with it,
 * and what is mounted in it, depends on the mount.
 *
 * @param mount how it was reached
 * @param node what it is in the mounted view
 */
record MountedNode(Mount mount, Node node) implements Node {
  @Override
  public FileType type() {
    return node.type();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MountedNode mounted
        && mount.view() == mounted.mount.view()
        && node.equals(mounted.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode();
  }

  @Override
  public String toString() {
    return node.toString();
  }
}
