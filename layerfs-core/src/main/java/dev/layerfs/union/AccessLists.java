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
    return PlaceAttributes.isList(name);
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

  /** Returns what a new node in a directory has from it. */
  UpperDirectory.Inheritance inheritedFrom(UpperDirectory directory) throws PosixException {
    UpperDirectory.Inheritance known = directory.inheritance;
    if (known == null) {
      Path place = inodes.path(directory);
      known = new UpperDirectory.Inheritance(host().stat(place), places().list(place, Acl.DEFAULT));
      directory.inheritance = known;
    }
    return known;
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
    PlaceAttributes.checkList(node, node.type(), name, list);
    UpperInode inode = copyUp.inode(node, true);
    inode.unprivileged =
        false; // group execution, which the list may give, decides what a write clears
    Path place = inodes.path(inode);
    inode.forgetAttributes();
    places().setList(place, host().stat(place), name, list);
    inodes.changed(inode, place);
  }

  /**
   * Removes a list; the permissions stay, and so does set-group-id, unless it is not the identity's to give. Unlike other
   * attributes, a list that is not there can be removed.
   */
  void remove(UnionNode node, Name name) throws PosixException {
    PlaceAttributes.checkMayHaveLists(node, node.type());
    boolean access = name.equals(Acl.ACCESS);
    Stat stat = Attributes.stat(inodes, node);
    int mode = access ? places().modeWithoutList(stat) : stat.mode();
    boolean suits = access || node.type() == FileType.DIRECTORY;
    if (!suits || (mode == stat.mode() && !exists(node, name))) {
      return;
    }
    UpperInode inode = copyUp.inode(node, true);
    Path place = inodes.path(inode);
    inode.forgetAttributes();
    places().removeList(place, host().stat(place), name);
    inodes.changed(inode, place);
  }

  private boolean exists(UnionNode node, Name name) throws PosixException {
    UpperInode inode = node.upper();
    byte[] value = inode == null
        ? inodes.lower().xattr(node.nid, name)
        : host().xattr(inodes.path(inode), name);
    return value != null;
  }

  /** What is done with objects of the upper. */
  PlaceAttributes places() {
    return new PlaceAttributes(host(), identity);
  }

  private HostFiles host() {
    return inodes.upper().host();
  }
}
