package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import org.jspecify.annotations.Nullable;

/**
 * A node of a view: an inode of the image or of an upper, called by its nid. There may be several objects for an inode,
 * one for each time it was looked up; they are equal.
 */
final class UnionNode implements Node {
  /** The view's inodes, which tells nodes of different views apart. */
  final Inodes inodes;

  /** The inode; the same while it is copied up, renamed, unlinked, or an upper comes on top. */
  final long nid;

  /** Where an inode of the image was found; null for the root and for inodes of an upper, which know their places. */
  final @Nullable UnionNode parent;

  /** By which name an inode of the image was found there; null if {@link #parent} is. */
  final @Nullable Name name;

  private final FileType type;
  private volatile @Nullable UpperInode upper;

  private UnionNode(
      Inodes inodes,
      FileType type,
      long nid,
      @Nullable UnionNode parent,
      @Nullable Name name,
      @Nullable UpperInode upper) {
    this.inodes = inodes;
    this.type = type;
    this.nid = nid;
    this.parent = parent;
    this.name = name;
    this.upper = upper;
  }

  /** Returns a node of what is beneath the upper. */
  static UnionNode ofLower(
      Inodes inodes, FileType type, long nid, @Nullable UnionNode parent, @Nullable Name name) {
    return new UnionNode(inodes, type, nid, parent, name, null);
  }

  static UnionNode ofUpper(Inodes inodes, UpperInode upper) {
    return new UnionNode(inodes, upper.type, upper.nid, null, null, upper);
  }

  /** Returns the upper's inode, or null while this is untouched beneath it. */
  @Nullable
  UpperInode upper() {
    UpperTree top = inodes.tree();
    if (top == null) {
      return null;
    }
    UpperInode found = upper;
    if (found == null || (found.tree != top && !found.isForgotten())) {
      found = top.find(nid);
      upper = found;
    }
    return found;
  }

  @Override
  public FileType type() {
    return type;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnionNode node && inodes == node.inodes && nid == node.nid;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nid);
  }

  @Override
  public String toString() {
    return nid < UpperTree.FIRST_NID ? type + " of the image, nid " + nid : type + " of the upper";
  }
}
