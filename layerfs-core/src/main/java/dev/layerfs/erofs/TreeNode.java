package dev.layerfs.erofs;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An inode of a tree that is being built in memory, to be written. Several names may lead to a node that is not a
 * directory; a directory is in one place. Not thread-safe.
 *
 * <p>There are millions of these: what only some nodes need lives elsewhere.
 */
abstract class TreeNode {
  private @Nullable TreeMap<Name, TreeNode> children;
  private @Nullable TreeNode parent;
  private long nid;
  private int links;

  abstract FileType type();

  /** Returns everything that is written about this inode except its names. */
  abstract InodeAttributes attributes() throws IOException;

  /**
   * Returns a new directory, not yet in the tree, for a path that goes through it without naming it.
   *
   * @param whiteout the whiteout that it replaces, null if there is none
   */
  abstract TreeNode newImplicitDirectory(@Nullable TreeNode whiteout);

  /** Returns a symbolic link's target. */
  abstract byte[] symlinkTarget() throws IOException;

  /** Tells whether the node stands for nothing: a whiteout. */
  boolean isWhiteout() {
    return false;
  }

  final boolean isDirectory() {
    return type() == FileType.DIRECTORY;
  }

  final @Nullable TreeNode child(Name name) {
    return children == null ? null : children.get(name);
  }

  /** Puts a node under a name, in place of whatever has it. */
  final void put(Name name, TreeNode child) {
    if (children == null) {
      children = new TreeMap<>();
    }
    children.put(name, child);
    if (child.isDirectory()) {
      child.parent = this;
    }
  }

  final void remove(Name name) {
    if (children != null) {
      children.remove(name);
    }
  }

  final void removeAll() {
    children = null;
  }

  /** Returns the names in a directory in the order of their bytes, without {@code .} and {@code ..}. */
  final SortedMap<Name, TreeNode> children() {
    return children == null ? Collections.emptySortedMap() : children;
  }

  /** Returns the directory that a directory is in; the root is in itself. */
  final TreeNode parent() {
    return parent == null ? this : parent;
  }

  /** Returns the number that the inode is written with, or 0 before it has one. */
  final long nid() {
    return nid;
  }

  final void assignNid(long assigned) {
    nid = assigned;
  }

  /** Returns the number of names, as far as {@link #addLink} has counted them. */
  final int links() {
    return links;
  }

  final void addLink() {
    links++;
  }
}
