package dev.layerfs.union;

import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Owner, mode and times. Changes are called with what {@link Locks} asks for. */
final class Attributes {
  private static final int DIRECTORY_SIZE = 4096;

  private final Inodes inodes;
  private final CopyUp copyUp;
  private final AccessLists lists;

  Attributes(Inodes inodes, CopyUp copyUp, AccessLists lists) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.lists = lists;
  }

  /** Returns the attributes of what a name is, null if there is none. What is untouched gets no node for that. */
  static @Nullable Stat stat(Inodes inodes, UnionNode directory, Name name) throws PosixException {
    ImageEntry found = inodes.untouched(directory, name);
    if (found != null) {
      return found.type() == null ? null : inodes.lower().stat(found.nid());
    }
    UnionNode node = inodes.lookup(directory, name);
    return node == null ? null : stat(inodes, node);
  }

  static Stat stat(Inodes inodes, UnionNode node) throws PosixException {
    UpperInode upper = node.upper();
    if (upper == null) {
      Stat stat = inodes.lower().stat(node.nid);
      return inodes.isRemoved(node) ? withLinks(stat, 0) : stat;
    }
    try {
      return inodes.look(
          node, lower -> lower.stat(node.nid), (inode, place) -> stat(inodes.top(), inode, place));
    } catch (PosixException e) {
      Stat last = upper.last;
      if (last != null) {
        return last;
      } else if (node.upper() != upper) { // another upper has come on top meanwhile
        return stat(inodes, node);
      }
      throw e;
    }
  }

  /** Returns the attributes of an inode of a tree that does not change. */
  static Stat stat(UpperTree tree, UpperInode upper) throws PosixException {
    Stat last = upper.last;
    return last != null ? last : stat(tree, upper, tree.path(upper));
  }

  /** Returns the attributes of an inode of the upper. The caller holds what keeps it at its place. */
  static Stat stat(UpperTree tree, UpperInode upper, Path place) throws PosixException {
    return shown(tree, upper, tree.host().stat(place));
  }

  /** Returns the same, and the names that extended attributes are stored under. */
  static NodeAttributes all(UpperTree tree, UpperInode upper, Path place) throws PosixException {
    NodeAttributes host = tree.host().attributes(place, upper.type);
    return new NodeAttributes(shown(tree, upper, host.stat()), host.xattrs());
  }

  private static Stat shown(UpperTree tree, UpperInode upper, Stat host) throws PosixException {
    int links = upper.unlinked() ? 0 : host.links();
    if (upper instanceof UpperDirectory directory) {
      tree.children(directory);
      links = directory.links;
    }
    return shown(host, upper.inode, links);
  }

  /** Whether two inodes have the same owner, mode and modification time. */
  static boolean isSame(Stat one, Stat other) {
    return one.mode() == other.mode()
        && one.uid() == other.uid()
        && one.gid() == other.gid()
        && one.mtimeSeconds() == other.mtimeSeconds()
        && one.mtimeNanos() == other.mtimeNanos();
  }

  static Stat withLinks(Stat stat, int links) {
    return shown(stat, stat.inode(), links);
  }

  /** Returns the attributes of a copy: those of the original, but for its number and names. */
  static Stat ofCopy(Stat original, long inode) {
    return shown(original, inode, 1);
  }

  private static Stat shown(Stat s, long inode, int links) {
    boolean directory = s.type() == FileType.DIRECTORY;
    return new Stat(
        s.type(),
        s.mode(),
        s.uid(),
        s.gid(),
        directory ? DIRECTORY_SIZE : s.size(),
        links,
        inode,
        s.rdevMajor(),
        s.rdevMinor(),
        s.blocks(),
        s.mtimeSeconds(),
        s.mtimeNanos(),
        s.atimeSeconds(),
        s.atimeNanos(),
        s.ctimeSeconds(),
        s.ctimeNanos());
  }

  void chmod(UnionNode node, int mode) throws PosixException {
    if (node.type() == FileType.SYMLINK) {
      throw new PosixException(Errno.ENOTSUP, node.toString());
    }
    UpperInode inode = copyUp.inode(node, true);
    Path place = inodes.path(inode);
    inode.unprivileged = false;
    inode.forgetAttributes();
    lists.places().chmod(place, inodes.upper().host().stat(place), mode & 07777);
    inodes.changed(inode, place);
  }

  void chown(UnionNode node, long uid, long gid) throws PosixException {
    PlaceAttributes.checkIds(node, uid, gid);
    UpperInode inode = copyUp.inode(node, true);
    Path place = inodes.path(inode);
    inode.forgetAttributes();
    lists.places().chown(place, inodes.upper().host().stat(place), uid, gid);
    inodes.changed(inode, place);
  }

  /** A write takes a file's privileges. */
  void dropPrivileges(UnionNode node) throws PosixException {
    UpperInode inode = copyUp.inode(node, true);
    lists.places().dropPrivileges(inodes.path(inode));
    inode.unprivileged = true;
  }

  void setTimes(UnionNode node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    if (atime == null && mtime == null) {
      return;
    }
    UpperInode inode = copyUp.inode(node, true);
    Path place = inodes.path(inode);
    Stat stat = inodes.upper().host().stat(place);
    inodes
        .upper()
        .host()
        .setTimes(
            place,
            atime != null ? atime : new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
            mtime != null ? mtime : new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
    inodes.changed(inode, place);
  }
}
