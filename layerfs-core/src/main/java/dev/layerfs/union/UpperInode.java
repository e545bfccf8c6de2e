package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An inode that exists in the upper. Changed only by who has what {@link Locks} asks for. */
class UpperInode {
  /** What a directory holds for a name that it hides. */
  static final UpperInode WHITEOUT = new UpperInode(FileType.CHARACTER_DEVICE, 0, 0, Lower.NONE);

  /**
   * A name of an inode.
   *
   * @param directory where
   * @param name the name
   */
  record Place(UpperDirectory directory, Name name) {}

  final FileType type;

  /** What the view calls this inode, as long as it is open. */
  final long nid;

  /** The inode number as the view shows it. */
  final long inode;

  /** The number by which the host tells inodes apart. */
  volatile long hostInode;

  /** The names that are known: directories that were not looked at yet may hold more. */
  final CopyOnWriteArrayList<Place> places = new CopyOnWriteArrayList<>();

  /** Where the inode is if it has no name: the root directory, or a file that is open but was unlinked. */
  volatile @Nullable Path fixed;

  /** The last attributes of an inode that is no more. */
  volatile @Nullable Stat last;

  /** Whether it is known that a write has no set-id bits and no capabilities to clear. */
  volatile boolean unprivileged;

  /** What a regular file was copied up without; null if its content is all there. */
  volatile @Nullable SparseContent sparse;

  /** The upper that it is in; null for {@link #WHITEOUT}. */
  volatile @Nullable UpperTree tree;

  private @Nullable UnionNode node;

  UpperInode(FileType type, long inode, long hostInode, long nid) {
    this.type = type;
    this.inode = inode;
    this.hostInode = hostInode;
    this.nid = nid;
  }

  /** Returns the node that shows this inode. */
  UnionNode node(Inodes inodes) {
    UnionNode shown = node; // a second one, made by another thread, is equal
    if (shown == null) {
      shown = UnionNode.ofUpper(inodes, this);
      node = shown;
    }
    return shown;
  }

  /** Says that owner, mode or lists are about to change: what is known of them may be wrong then, even if that fails. */
  void forgetAttributes() {}

  /** Whether the last name is gone while the inode lives on. */
  boolean unlinked() {
    return fixed != null && type != FileType.DIRECTORY;
  }

  /** Whether the inode is no more and was known to its upper alone: also when another comes on top it is what it was. */
  boolean isForgotten() {
    UpperTree home = tree;
    return last != null && home != null && home.find(nid) == null;
  }
}
