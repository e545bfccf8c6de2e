package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import org.jspecify.annotations.Nullable;

/** What an identity without capabilities may do, by fs/namei.c, fs/attr.c and fs/xattr.c. */
final class Permissions {
  static final int READ = 4;
  static final int WRITE = 2;
  static final int EXECUTE = 1;

  private static final int STICKY = 01000;
  private static final int GROUP_CLASS = 070;
  private static final Name USER = Name.of("user.");
  private static final Name TRUSTED = Name.of("trusted.");
  private static final Name SECURITY = Name.of("security.");
  private static final Name SYSTEM = Name.of("system.");

  private final IdentityView view;
  private final Identity identity;

  Permissions(IdentityView view) {
    this.view = view;
    this.identity = view.identity();
  }

  /**
   * Requires permissions of a node ({@code inode_permission}).
   *
   * @param wanted {@link #READ}, {@link #WRITE}, {@link #EXECUTE} or sums of them
   * @throws PosixException {@link Errno#EACCES}
   */
  void require(Node node, int wanted) throws PosixException {
    if (!allows(node, view.stat(node), wanted)) {
      throw new PosixException(Errno.EACCES, node.toString());
    }
  }

  /** {@code acl_permission_check}: the list of a node whose mode gives its group nothing is not even looked at. */
  private boolean allows(Node node, Stat stat, int wanted) throws PosixException {
    int mode = stat.mode();
    if (stat.uid() == identity.uid()) {
      return (mode >> 6 & wanted) == wanted;
    }
    Acl list = (mode & GROUP_CLASS) == 0 ? Acl.NONE : accessList(node, stat);
    if (!list.isEmpty()) {
      return list.permits(identity, stat, wanted);
    }
    int own = identity.isIn(stat.gid()) ? mode >> 3 : mode;
    return (own & wanted) == wanted;
  }

  private Acl accessList(Node node, Stat stat) throws PosixException {
    boolean removed = stat.links() == 0;
    if (removed || node.type() == FileType.SYMLINK) {
      return Acl.NONE;
    }
    byte[] value = view.xattr(node, Acl.ACCESS);
    return value == null ? Acl.NONE : AccessLists.stored(value);
  }

  /**
   * Requires that the identity owns a node ({@code inode_owner_or_capable}).
   *
   * @throws PosixException {@link Errno#EPERM}
   */
  void requireOwner(Node node) throws PosixException {
    if (view.stat(node).uid() != identity.uid()) {
      throw new PosixException(Errno.EPERM, node.toString());
    }
  }

  /** Requires that a name may be made in a directory ({@code may_create}); that one was removed, the view finds itself. */
  void requireCreate(Node directory) throws PosixException {
    Stat stat = view.stat(directory);
    if (stat.links() != 0 && !allows(directory, stat, WRITE | EXECUTE)) {
      throw new PosixException(Errno.EACCES, directory.toString());
    }
  }

  /**
   * Requires that a name may be taken from a directory ({@code may_delete}). What is in a sticky one may be taken by its
   * owner and by the directory's.
   */
  void requireDelete(Node directory, Node victim) throws PosixException {
    require(directory, WRITE | EXECUTE);
    Stat parent = view.stat(directory);
    boolean restricted = (parent.mode() & STICKY) != 0 && parent.uid() != identity.uid();
    if (restricted) {
      requireOwner(victim);
    }
  }

  /**
   * Requires that a node may get another name ({@code vfs_rename}).
   *
   * @param target what has that name
   * @param exchange whether that gets the node's old name
   */
  void requireRename(
      Node directory, Node source, Node newDirectory, @Nullable Node target, boolean exchange)
      throws PosixException {
    requireDelete(directory, source);
    if (target == null) {
      requireCreate(newDirectory);
    } else {
      requireDelete(newDirectory, target);
    }
    boolean moves = !directory.equals(newDirectory);
    boolean mismatch = target != null && !exchange && isDirectory(source) != isDirectory(target);
    if (moves && !mismatch) {
      requireMove(source);
      if (exchange && target != null) {
        requireMove(target);
      }
    }
  }

  /** A directory that goes elsewhere gets another parent, which is a change to it. */
  private void requireMove(Node node) throws PosixException {
    if (isDirectory(node)) {
      require(node, WRITE);
    }
  }

  private static boolean isDirectory(Node node) {
    return node.type() == FileType.DIRECTORY;
  }

  /**
   * Requires that owner and group may be set ({@code setattr_prepare}): only to what they are, and the group by the owner to
   * one that it is in. Even if neither is set, only the owner may do what clears set-id bits.
   */
  void requireChown(Node node, long uid, long gid) throws PosixException {
    Stat stat = view.stat(node);
    boolean clears = !isDirectory(node)
        && SetIdBits.afterChange(stat.mode(), stat.gid(), identity) != stat.mode();
    boolean same = uid == -1 || uid == stat.uid();
    boolean member = gid == -1 || gid == stat.gid() || identity.isIn(gid);
    boolean changes = uid != -1 || gid != -1 || clears;
    if (!same || !member || (changes && stat.uid() != identity.uid())) {
      throw new PosixException(Errno.EPERM, node.toString());
    }
  }

  /** Whether the identity may know of an attribute ({@code simple_xattr_list} and {@code ovl_can_list} agree). */
  static boolean isListed(Name attribute) {
    return !attribute.startsWith(TRUSTED);
  }

  /**
   * Requires that an attribute may be read ({@code xattr_permission}).
   *
   * @return false if it is to be answered that there is no such attribute
   */
  boolean requireReadXattr(Node node, Name name) throws PosixException {
    if (name.startsWith(TRUSTED) || (name.startsWith(USER) && !holdsUserAttributes(node))) {
      return false;
    }
    if (!name.startsWith(SECURITY) && !name.startsWith(SYSTEM)) {
      require(node, READ);
    }
    return true;
  }

  /**
   * Requires that an attribute other than an access control list may be set or removed ({@code xattr_permission}, {@code
   * cap_inode_setxattr}).
   */
  void requireWriteXattr(Node node, Name name) throws PosixException {
    boolean privileged = name.startsWith(TRUSTED) || name.startsWith(SECURITY);
    if (privileged || (name.startsWith(USER) && !holdsUserAttributes(node))) {
      throw new PosixException(Errno.EPERM, name.toString());
    }
    if (name.startsWith(USER) && isSticky(node)) {
      requireOwner(node);
    }
    if (!name.startsWith(SYSTEM)) {
      require(node, WRITE);
    }
  }

  private boolean isSticky(Node node) throws PosixException {
    return isDirectory(node) && (view.stat(node).mode() & STICKY) != 0;
  }

  private static boolean holdsUserAttributes(Node node) {
    return node.type() == FileType.REGULAR || isDirectory(node);
  }

  /**
   * Requires that an access control list may be set or removed ({@code set_posix_acl}). Where there can't be one, it is the
   * view that says so.
   */
  void requireWriteList(Node node, Name name) throws PosixException {
    boolean suits = name.equals(Acl.ACCESS) ? node.type() != FileType.SYMLINK : isDirectory(node);
    if (suits) {
      requireOwner(node);
    }
  }
}
