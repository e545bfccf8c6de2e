package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A directory that exists in the upper. Changed only by who has what {@link Locks} asks for, but for {@link #children}. */
final class UpperDirectory extends UpperInode {
  /** Guards what the directory holds. */
  final Locks names = new Locks();

  /** The nid of the directory beneath that shows through, or {@link Lower#NONE}. */
  volatile long lower;

  /** The mark that says which directory beneath shows through; null where that is the one of the same name. */
  volatile @Nullable Redirect redirect;

  /**
   * What the upper holds, whiteouts among it; null until it is first needed. Who looks for the names of an inode goes
   * through the maps of directories that others change.
   */
  volatile @Nullable Map<Name, UpperInode> children;

  /** Two and the number of subdirectories, in the image's and the upper's merge; valid once the children are. */
  volatile int links;

  /** What new nodes have from the directory; null until it is first needed, and again whenever that changes. */
  volatile @Nullable Inheritance inheritance;

  private volatile @Nullable Located located;

  UpperDirectory(long inode, long hostInode, long nid, long lower) {
    super(FileType.DIRECTORY, inode, hostInode, nid);
    this.lower = lower;
  }

  /**
   * What new nodes have from a directory.
   *
   * @param attributes of which owner and mode are right; times are those of when somebody looked
   * @param defaults the list that they inherit, perhaps empty
   */
  record Inheritance(Stat attributes, Acl defaults) {}

  /**
   * Where the directory was found on the host.
   *
   * @param path the place
   * @param moves how often a directory of the tree had been moved until then
   */
  private record Located(Path path, long moves) {}

  /** Returns where the directory is, if it is known and no directory was moved since. */
  @Nullable
  Path located(long moves) {
    Located known = located;
    return known != null && known.moves == moves ? known.path : null;
  }

  void locate(Path path, long moves) {
    located = new Located(path, moves);
  }

  @Override
  void forgetAttributes() {
    inheritance = null;
  }

  /** Says that the directory was just made and holds nothing. */
  void startEmpty(int links) {
    this.links = links;
    children = new ConcurrentHashMap<>();
  }
}
