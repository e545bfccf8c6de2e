package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import org.jspecify.annotations.Nullable;

/**
 * A node of a view: an inode of the image, of the upper, or of the image and by now copied up. There may be several
 * objects for an inode of the image, one for each time it was looked up; they are equal.
 */
final class UnionNode implements Node {
  /** The view's inodes, which tells nodes of different views apart. */
  final Inodes inodes;

  /** The image's inode, also after it was copied up; {@link Lower#NONE} for one that was born in the upper. */
  final long nid;

  /** Where the image has this inode; null for the root and for inodes of the upper. */
  final @Nullable UnionNode parent;

  /** What the image calls this inode there; null if {@link #parent} is. */
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

  static UnionNode ofImage(
      Inodes inodes, FileType type, long nid, @Nullable UnionNode parent, @Nullable Name name) {
    return new UnionNode(inodes, type, nid, parent, name, null);
  }

  static UnionNode ofUpper(Inodes inodes, long nid, UpperInode upper) {
    return new UnionNode(inodes, upper.type, nid, null, null, upper);
  }

  /** Returns the upper's inode, or null while this is an untouched inode of the image. */
  @Nullable
  UpperInode upper() {
    UpperInode found = upper;
    if (found == null) {
      found = inodes.copiedUp(nid);
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
    return other instanceof UnionNode node
        && inodes == node.inodes
        && nid == node.nid
        && (nid != Lower.NONE || upper == node.upper);
  }

  @Override
  public int hashCode() {
    return nid != Lower.NONE ? Long.hashCode(nid) : System.identityHashCode(upper);
  }

  @Override
  public String toString() {
    return type + (nid != Lower.NONE ? " of the image, nid " + nid : " of the upper");
  }
}
