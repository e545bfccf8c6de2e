package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Owner, mode and times. Changes are called under the view's write lock. */
final class Attributes {
  static final Name CAPABILITY = Name.of("security.capability");

  private static final long MAX_ID = 4_294_967_294L;
  private static final int DIRECTORY_SIZE = 4096;

  private final Inodes inodes;
  private final CopyUp copyUp;
  private final Identity identity;
  private final AccessLists lists;

  Attributes(Inodes inodes, CopyUp copyUp, Identity identity, AccessLists lists) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.identity = identity;
    this.lists = lists;
  }

  static Stat stat(Inodes inodes, UnionNode node) throws PosixException {
    UpperInode upper = node.upper();
    if (upper == null) {
      Stat stat = inodes.lower.stat(node.nid);
      return inodes.isRemoved(node) ? withLinks(stat, 0) : stat;
    }
    inodes.lock.readLock().lock();
    try {
      return stat(inodes, upper);
    } finally {
      inodes.lock.readLock().unlock();
    }
  }

  /** Returns the attributes of an inode of the upper. The caller holds the view's lock, at least for reading. */
  static Stat stat(Inodes inodes, UpperInode upper) throws PosixException {
    Stat last = upper.last;
    if (last != null) {
      return last;
    }
    Stat host = inodes.upper().host().stat(inodes.path(upper));
    int links = upper.unlinked() ? 0 : host.links();
    if (upper instanceof UpperDirectory directory) {
      inodes.children(directory);
      links = directory.links;
    }
    return shown(host, upper.inode, links);
  }

  static Stat withLinks(Stat stat, int links) {
    return shown(stat, stat.inode(), links);
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
    Stat stat = inodes.upper().host().stat(place);
    inode.unprivileged = false;
    inodes.touch(inode);
    lists.chmod(place, stat, mode & 07777);
  }

  void chown(UnionNode node, long uid, long gid) throws PosixException {
    if (uid < -1 || uid > MAX_ID || gid < -1 || gid > MAX_ID) {
      throw new PosixException(Errno.EINVAL, node.toString());
    }
    UpperInode inode = copyUp.inode(node, true);
    Path place = inodes.path(inode);
    Stat stat = inodes.upper().host().stat(place);
    long newUid = uid == -1 ? stat.uid() : uid;
    long newGid = gid == -1 ? stat.gid() : gid;
    inodes.touch(inode);
    boolean directory = node.type() == FileType.DIRECTORY;
    int mode = directory ? stat.mode() : SetIdBits.afterChange(stat.mode(), stat.gid(), identity);
    inodes.upper().host().setOwnerAndMode(place, newUid, newGid, mode);
    if (!directory) {
      try {
        removeCapability(place);
      } catch (PosixException e) {
        inodes.upper().host().setOwnerAndMode(place, stat.uid(), stat.gid(), stat.mode());
        throw e;
      }
    }
    inodes.changed(inode, place);
  }

  private void removeCapability(Path place) throws PosixException {
    if (inodes.upper().host().xattr(place, CAPABILITY) != null) {
      inodes.upper().host().setXattr(place, CAPABILITY, null);
    }
  }

  /**
   * A write takes a file's capabilities, also from root, and from others its set-id bits ({@code file_remove_privs} of
   * fs/inode.c). What is known to have none is not asked again.
   */
  void dropCapability(UpperInode inode) throws PosixException {
    if (inode.unprivileged) {
      return;
    }
    inodes.lock.writeLock().lock();
    try {
      Path place = inodes.path(inode);
      removeCapability(place);
      if (!identity.isRoot()) {
        removeSetId(place);
      }
      inode.unprivileged = true;
    } finally {
      inodes.lock.writeLock().unlock();
    }
  }

  private void removeSetId(Path place) throws PosixException {
    Stat stat = inodes.upper().host().stat(place);
    int mode = SetIdBits.afterChange(stat.mode(), stat.gid(), identity);
    if (mode != stat.mode()) {
      inodes.upper().host().setOwnerAndMode(place, stat.uid(), stat.gid(), mode);
    }
  }

  void setTimes(UnionNode node, @Nullable Timespec atime, @Nullable Timespec mtime)
      throws PosixException {
    if (atime == null && mtime == null) {
      return;
    }
    UpperInode inode = copyUp.inode(node, true);
    inodes.touch(inode);
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
