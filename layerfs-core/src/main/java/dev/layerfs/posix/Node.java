package dev.layerfs.posix;

/**
 * An inode of a {@link PosixView}, as an opaque handle. A node stays valid, and stays the same file, while it is copied
 * up, renamed or (for as long as the node is referenced) unlinked. Two nodes are equal if and only if they are the same
 * inode of the same view. A node holds no resource that needs closing.
 */
public interface Node {
  /**
   * Returns the node's file type, which never changes.
   *
   * @return the type
   */
  FileType type();
}
