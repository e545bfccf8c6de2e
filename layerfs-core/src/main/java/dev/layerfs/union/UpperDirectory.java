package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A directory that exists in the upper. Changed only under the view's write lock, but for {@link #children}. */
final class UpperDirectory extends UpperInode {
  /** The image's directory that shows through, or {@link Lower#NONE}. */
  volatile long lower;

  /** What the upper holds, whiteouts among it; null until it is first needed. */
  volatile @Nullable Map<Name, UpperInode> children;

  /** Two and the number of subdirectories, in the image's and the upper's merge; valid once the children are. */
  volatile int links;

  UpperDirectory(long inode, long hostInode, long lower) {
    super(FileType.DIRECTORY, inode, hostInode);
    this.lower = lower;
  }

  /** Says that the directory was just made and holds nothing. */
  void startEmpty(int links) {
    this.links = links;
    children = new HashMap<>();
  }
}
