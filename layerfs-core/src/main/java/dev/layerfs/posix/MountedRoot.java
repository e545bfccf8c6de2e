package dev.layerfs.posix;

import java.util.List;

/**
 * A file system that is mounted in a view.
 *
 * @param path the names of the path at which it is mounted, from the root of the view, without links and {@code ..}
 * @param root what is seen there
 */
public record MountedRoot(List<Name> path, Node root) {
  /** Copies the names. */
  public MountedRoot {
    path = List.copyOf(path);
  }
}
