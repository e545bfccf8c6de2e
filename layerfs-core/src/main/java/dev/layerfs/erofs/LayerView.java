package dev.layerfs.erofs;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer file as a merge sees it: its tree, and what its marks say. Not thread-safe. */
final class LayerView {
  private final ErofsImage image;
  private final int index;
  private final String tag;
  private long entries;

  LayerView(ErofsImage image, int index, String tag) {
    this.image = image;
    this.index = index;
    this.tag = tag;
  }

  String tag() {
    return tag;
  }

  long root() {
    return image.root();
  }

  /** Returns a directory's entries. A damaged layer whose directories form a loop is found out here. */
  List<DirectoryEntry> list(long directory) throws IOException {
    List<DirectoryEntry> list = image.list(directory);
    entries += list.size();
    if (entries > 2 * image.maxEntries()) { // a merge walks a layer at most twice
      throw image.corrupt("directories that form a loop");
    }
    return list;
  }

  boolean isWhiteout(DirectoryEntry entry) throws IOException {
    if (entry.type() != FileType.CHARACTER_DEVICE) {
      return false;
    }
    Stat stat = image.stat(entry.inode());
    return stat.type() == FileType.CHARACTER_DEVICE
        && stat.rdevMajor() == 0
        && stat.rdevMinor() == 0;
  }

  boolean isOpaque(long directory) throws IOException {
    byte[] mark = image.xattr(directory, LayerMarks.OPAQUE);
    return mark != null && mark.length == 1 && mark[0] == 'y';
  }

  boolean isImplicit(long directory) throws IOException {
    return image.xattr(directory, LayerMarks.IMPLICIT) != null;
  }

  /** Returns the path that an unresolved hard link is a name of, null if the inode is none. */
  byte @Nullable [] hardLinkTarget(long file) throws IOException {
    return image.hasXattrs(file) ? image.xattr(file, LayerMarks.HARD_LINK) : null;
  }

  boolean hasSeveralNames(long inode) throws IOException {
    return image.links(inode) > 1;
  }

  MergedNode node(FileType type, long inode) {
    return MergedNode.of(type, image, index, inode);
  }

  void replaceAttributes(MergedNode directory, long inode) {
    directory.become(image, index, inode);
  }
}
