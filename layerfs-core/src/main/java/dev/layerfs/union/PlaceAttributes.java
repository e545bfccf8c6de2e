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
 * Owner, mode and access control lists of objects on a host, and how each follows when another is changed, by fs/attr.c,
 * fs/inode.c and fs/posix_acl.c. The caller sees to it that an object is changed by one thread at a time.
 */
public final class PlaceAttributes {
  static final Name CAPABILITY = Name.of("security.capability");
  private static final long MAX_ID = 4_294_967_294L;

  private final HostFiles host;
  private final Identity identity;

  /**
   * Changes objects in the name of an identity.
   *
   * @param host how they are kept
   * @param identity who changes them
   */
  public PlaceAttributes(HostFiles host, Identity identity) {
    this.host = host;
    this.identity = identity;
  }

  /**
   * Says whether an attribute holds an access control list.
   *
   * @param name an attribute's name
   * @return whether it does
   */
  public static boolean isList(Name name) {
    return name.equals(Acl.ACCESS) || name.equals(Acl.DEFAULT);
  }

  /**
   * Checks the ids that are given to {@code chown}.
   *
   * @param subject what the node is called
   * @param uid an owner or -1
   * @param gid a group or -1
   * @throws PosixException {@link Errno#EINVAL}
   */
  public static void checkIds(Object subject, long uid, long gid) throws PosixException {
    if (uid < -1 || uid > MAX_ID || gid < -1 || gid > MAX_ID) {
      throw new PosixException(Errno.EINVAL, subject.toString());
    }
  }

  /**
   * Reads a list.
   *
   * @param place an object's place
   * @param name {@link Acl#ACCESS} or {@link Acl#DEFAULT}
   * @return the list, or {@link Acl#NONE}
   * @throws PosixException {@link Errno#EIO} if something else is stored there
   */
  public Acl list(Path place, Name name) throws PosixException {
    byte[] value = host.xattr(place, name);
    return value == null ? Acl.NONE : AccessLists.stored(value);
  }

  /**
   * Sets the mode of an object, and its access list accordingly ({@code posix_acl_chmod}).
   *
   * @param place its place
   * @param stat its attributes
   * @param mode permission, set-id and sticky bits
   * @throws PosixException if it can't be set
   */
  public void chmod(Path place, Stat stat, int mode) throws PosixException {
    Acl list = list(place, Acl.ACCESS);
    int allowed = SetIdBits.afterChmod(mode, stat.gid(), identity);
    if (list.isEmpty()) {
      host.setOwnerAndMode(place, stat.uid(), stat.gid(), allowed);
    } else {
      setAccess(place, stat, allowed, list.withMode(mode));
    }
  }

  /**
   * Sets owner and group; what is not a directory loses its privileges.
   *
   * @param place an object's place
   * @param stat its attributes
   * @param uid the new owner, or -1 to leave it
   * @param gid the new group, or -1 to leave it
   * @throws PosixException if they can't be set
   */
  public void chown(Path place, Stat stat, long uid, long gid) throws PosixException {
    long newUid = uid == -1 ? stat.uid() : uid;
    long newGid = gid == -1 ? stat.gid() : gid;
    boolean directory = stat.type() == FileType.DIRECTORY;
    int mode = directory ? stat.mode() : SetIdBits.afterChange(stat.mode(), stat.gid(), identity);
    host.setOwnerAndMode(place, newUid, newGid, mode);
    if (!directory) {
      try {
        removeCapability(place);
      } catch (PosixException e) {
        host.setOwnerAndMode(place, stat.uid(), stat.gid(), stat.mode());
        throw e;
      }
    }
  }

  private void removeCapability(Path place) throws PosixException {
    if (host.xattr(place, CAPABILITY) != null) {
      host.setXattr(place, CAPABILITY, null);
    }
  }

  /**
   * Takes what a write takes from a file: its capabilities, also from root, and from others its set-id bits ({@code
   * file_remove_privs}).
   *
   * @param place a regular file's place
   * @throws PosixException if they can't be taken
   */
  public void dropPrivileges(Path place) throws PosixException {
    removeCapability(place);
    if (identity.isRoot()) {
      return;
    }
    Stat stat = host.stat(place);
    int mode = SetIdBits.afterChange(stat.mode(), stat.gid(), identity);
    if (mode != stat.mode()) {
      host.setOwnerAndMode(place, stat.uid(), stat.gid(), mode);
    }
  }

  /**
   * Checks whether an object can have a list ({@code do_set_acl}).
   *
   * @param subject what the object is called
   * @param type its type
   * @param name {@link Acl#ACCESS} or {@link Acl#DEFAULT}
   * @param list the list
   * @throws PosixException {@link Errno#ENOTSUP}, {@link Errno#EACCES}, {@link Errno#EINVAL}
   */
  public static void checkList(Object subject, FileType type, Name name, Acl list)
      throws PosixException {
    checkMayHaveLists(subject, type);
    if (name.equals(Acl.DEFAULT) && type != FileType.DIRECTORY) {
      throw new PosixException(Errno.EACCES, name.toString());
    } else if (!list.isValid()) {
      throw new PosixException(Errno.EINVAL, name.toString());
    }
  }

  /**
   * Checks whether an object can have lists.
   *
   * @param subject what it is called
   * @param type its type
   * @throws PosixException {@link Errno#ENOTSUP}
   */
  public static void checkMayHaveLists(Object subject, FileType type) throws PosixException {
    if (type == FileType.SYMLINK) {
      throw new PosixException(Errno.ENOTSUP, subject.toString());
    }
  }

  /**
   * Sets a list that was checked; that of a directory for new entries, or an access list with its mode.
   *
   * @param place the object's place
   * @param stat its attributes
   * @param name {@link Acl#ACCESS} or {@link Acl#DEFAULT}
   * @param list the list
   * @throws PosixException if it can't be set
   */
  public void setList(Path place, Stat stat, Name name, Acl list) throws PosixException {
    if (name.equals(Acl.DEFAULT)) {
      host.setXattr(place, Acl.DEFAULT, list.isEmpty() ? null : list.toBytes());
    } else {
      int mode = AccessLists.modeWith(stat.mode(), list);
      setAccess(place, stat, SetIdBits.afterChmod(mode, stat.gid(), identity), list);
    }
  }

  /**
   * Removes a list; the permissions stay, and so does set-group-id, unless it is not the identity's to give (as {@code
   * ovl_set_acl} has it; ext4 lets it).
   *
   * @param place the object's place
   * @param stat its attributes
   * @param name {@link Acl#ACCESS} or {@link Acl#DEFAULT}
   * @throws PosixException if it can't be removed
   */
  public void removeList(Path place, Stat stat, Name name) throws PosixException {
    if (name.equals(Acl.DEFAULT)) {
      host.setXattr(place, Acl.DEFAULT, null);
    } else {
      setAccess(place, stat, modeWithoutList(stat), Acl.NONE);
    }
  }

  /** Returns the mode that an object has when its access list was removed. */
  int modeWithoutList(Stat stat) {
    return SetIdBits.afterChmod(stat.mode(), stat.gid(), identity);
  }

  /** {@code posix_acl_update_mode}: a list that says no more than the mode is not kept. */
  private void setAccess(Path place, Stat stat, int mode, Acl list) throws PosixException {
    boolean changed = mode != stat.mode();
    if (changed) {
      host.setOwnerAndMode(place, stat.uid(), stat.gid(), mode);
    }
    try {
      host.setXattr(place, Acl.ACCESS, list.isMinimal() ? null : list.toBytes());
    } catch (PosixException e) {
      if (changed) {
        host.setOwnerAndMode(place, stat.uid(), stat.gid(), stat.mode());
      }
      throw e;
    }
  }

  /**
   * Gives a new object its lists.
   *
   * @param place its place
   * @param node what was decided about it
   * @throws PosixException if they can't be set
   */
  public void install(Path place, NewNode node) throws PosixException {
    if (!node.access().isEmpty()) {
      host.setXattr(place, Acl.ACCESS, node.access().toBytes());
    }
    if (!node.inherited().isEmpty()) {
      host.setXattr(place, Acl.DEFAULT, node.inherited().toBytes());
    }
  }
}
