package dev.layerfs.posix;

import org.jspecify.annotations.Nullable;

/**
 * Where a path led: a name in a directory, and what it names.
 *
 * @param parent the directory in which {@code name} stands; the root for the root itself
 * @param name the last name: {@code .} or {@code ..} if the path ended so, empty for the root
 * @param node what the name names, or null if there is no such name
 * @param trailingSlash whether the path, or a link followed at its end, ended with a slash: what it names must be a
 *     directory, or be made one
 */
public record Resolved(Node parent, Name name, @Nullable Node node, boolean trailingSlash) {
  /**
   * Returns what the path names.
   *
   * @return the node
   * @throws PosixException {@link Errno#ENOENT} if there is none
   */
  public Node existing() throws PosixException {
    Node found = node;
    if (found == null) {
      throw new PosixException(Errno.ENOENT, name.toString());
    }
    return found;
  }
}
