package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Stat;

/** When the set-user-id and set-group-id bits go, by fs/attr.c and fs/inode.c. */
final class SetIdBits {
  static final int SET_USER_ID = 04000;
  static final int SET_GROUP_ID = 02000;

  private static final int GROUP_EXECUTE = 010;

  private SetIdBits() {}

  /** Whether a mode has any. */
  static boolean has(int mode) {
    return (mode & (SET_USER_ID | SET_GROUP_ID)) != 0;
  }

  /**
   * Returns what a change of owner, or of content by anybody but root, leaves of a file's mode ({@code
   * setattr_should_drop_suidgid}). Set-group-id without group execution means something else, and stays with members.
   */
  static int afterChange(int mode, long gid, Identity identity) {
    int kept = mode & ~SET_USER_ID;
    return (mode & GROUP_EXECUTE) != 0 ? kept & ~SET_GROUP_ID : afterChmod(kept, gid, identity);
  }

  /** Returns the mode that an identity may give to a node of a group ({@code setattr_prepare}). */
  static int afterChmod(int mode, long gid, Identity identity) {
    return isMember(gid, identity) ? mode : mode & ~SET_GROUP_ID;
  }

  /** Returns the mode that an identity may give to a new node in a directory ({@code mode_strip_sgid}). */
  static int ofNew(FileType type, int mode, Stat directory, Identity identity) {
    boolean file = type != FileType.DIRECTORY && (mode & GROUP_EXECUTE) != 0;
    boolean inherits = (directory.mode() & SET_GROUP_ID) != 0;
    return file && inherits ? afterChmod(mode, directory.gid(), identity) : mode;
  }

  /** {@code in_group_or_capable}. */
  private static boolean isMember(long gid, Identity identity) {
    return identity.isRoot() || identity.isIn(gid);
  }
}
