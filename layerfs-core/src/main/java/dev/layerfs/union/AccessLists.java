package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Path;

/**
 * The access control lists of nodes, and the modes that go with them, by fs/posix_acl.c. Changes are called under the
 * view's write lock.
 */
final class AccessLists {
  private static final int PERMISSIONS = 0777;

  private final Inodes inodes;
  private final CopyUp copyUp;
  private final Identity identity;

  AccessLists(Inodes inodes, CopyUp copyUp, Identity identity) {
    this.inodes = inodes;
    this.copyUp = copyUp;
    this.identity = identity;
  }

  /** Whether an attribute holds a list. */
  static boolean isList(Name name) {
    return name.equals(Acl.ACCESS) || name.equals(Acl.DEFAULT);
  }

  /** Returns a mode with the permissions of a list. */
  static int modeWith(int mode, Acl list) {
    return mode & ~PERMISSIONS | list.permissions();
  }

  /**
   * Reads a list that an attribute holds.
   *
   * @throws PosixException {@link Errno#EIO} if it holds something else; an image may have anything there
   */
  static Acl stored(byte[] value) throws PosixException {
    Acl list;
    try {
      list = Acl.parse(value);
    } catch (PosixException e) {
      throw new PosixException(Errno.EIO, "stored access control list", e);
    }
    if (!list.isEmpty() && !list.isValid()) {
      throw new PosixException(Errno.EIO, "stored access control list");
    }
    return list;
  }

  /** Returns the list that a new node in a directory inherits. */
  Acl inheritedFrom(UpperDirectory directory) throws PosixException {
    Acl known = directory.defaults;
    if (known == null) {
      known = read(inodes.path(directory), Acl.DEFAULT);
      directory.defaults = known;
    }
    return known;
  }

  private Acl read(Path place, Name name) throws PosixException {
    byte[] value = host().xattr(place, name);
    return value == null ? Acl.NONE : stored(value);
  }

  /** Sets the mode of what is at a place, and its access list accordingly ({@code posix_acl_chmod}). */
  void chmod(Path place, Stat stat, int mode) throws PosixException {
    Acl list = read(place, Acl.ACCESS);
    int allowed = SetIdBits.afterChmod(mode, stat.gid(), identity);
    if (list.isEmpty()) {
      host().setOwnerAndMode(place, stat.uid(), stat.gid(), allowed);
    } else {
      setAccess(place, stat, allowed, list.withMode(mode));
    }
  }

  /**
   * Sets a list ({@code do_set_acl}, {@code set_posix_acl}).
   *
   * @param value the attribute's value; if it holds no list, the one that is there is removed
   */
  void set(UnionNode node, Name name, byte[] value) throws PosixException {
    Acl list = Acl.parse(value);
    if (list.isEmpty()) {
      remove(node, name);
      return;
    }
    checkType(node);
    boolean access = name.equals(Acl.ACCESS);
    if (!access && node.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.EACCES, name.toString());
    } else if (!list.isValid()) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
    UpperInode inode = copyUp.inode(node, true);
    inode.unprivileged =
        false; // group execution, which the list may give, decides what a write clears
    Path place = inodes.path(inode);
    if (access) {
      Stat stat = host().stat(place);
      int mode = SetIdBits.afterChmod(modeWith(stat.mode(), list), stat.gid(), identity);
      setAccess(place, stat, mode, list);
    } else {
      setDefault((UpperDirectory) inode, place, list);
    }
    inodes.changed(inode, place);
  }

  /**
   * Removes a list; the permissions stay, and so does set-group-id, unless it is not the identity's to give (as {@code
   * ovl_set_acl} has it; ext4 lets it). Unlike other attributes, a list that is not there can be removed.
   */
  void remove(UnionNode node, Name name) throws PosixException {
    checkType(node);
    boolean access = name.equals(Acl.ACCESS);
    Stat stat = Attributes.stat(inodes, node);
    int mode = access ? SetIdBits.afterChmod(stat.mode(), stat.gid(), identity) : stat.mode();
    boolean suits = access || node.type() == FileType.DIRECTORY;
    if (!suits || (mode == stat.mode() && !exists(node, name))) {
      return;
    }
    UpperInode inode = copyUp.inode(node, true);
    Path place = inodes.path(inode);
    if (access) {
      setAccess(place, host().stat(place), mode, Acl.NONE);
    } else {
      setDefault((UpperDirectory) inode, place, Acl.NONE);
    }
    inodes.changed(inode, place);
  }

  private boolean exists(UnionNode node, Name name) throws PosixException {
    UpperInode inode = node.upper();
    byte[] value = inode == null
        ? inodes.lower().xattr(node.nid, name)
        : host().xattr(inodes.path(inode), name);
    return value != null;
  }

  private static void checkType(UnionNode node) throws PosixException {
    if (node.type() == FileType.SYMLINK) {
      throw new PosixException(Errno.ENOTSUP, node.toString());
    }
  }

  /** {@code posix_acl_update_mode}: a list that says no more than the mode is not kept. */
  private void setAccess(Path place, Stat stat, int mode, Acl list) throws PosixException {
    boolean changed = mode != stat.mode();
    if (changed) {
      host().setOwnerAndMode(place, stat.uid(), stat.gid(), mode);
    }
    try {
      host().setXattr(place, Acl.ACCESS, list.isMinimal() ? null : list.toBytes());
    } catch (PosixException e) {
      if (changed) {
        host().setOwnerAndMode(place, stat.uid(), stat.gid(), stat.mode());
      }
      throw e;
    }
  }

  private void setDefault(UpperDirectory directory, Path place, Acl list) throws PosixException {
    directory.defaults = null; // whatever becomes of it, it is read again
    host().setXattr(place, Acl.DEFAULT, list.isEmpty() ? null : list.toBytes());
  }

  /** Gives a new object, which is not in its place yet, its lists. */
  void install(Path place, NewNode node) throws PosixException {
    if (!node.access().isEmpty()) {
      host().setXattr(place, Acl.ACCESS, node.access().toBytes());
    }
    if (!node.inherited().isEmpty()) {
      host().setXattr(place, Acl.DEFAULT, node.inherited().toBytes());
    }
  }

  private HostFiles host() {
    return inodes.upper().host();
  }
}
