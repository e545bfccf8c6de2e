package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Stat;

/**
 * What a new node has from its maker and its directory ({@code inode_init_owner} of fs/inode.c, {@code posix_acl_create}
 * of fs/posix_acl.c).
 *
 * @param uid its owner
 * @param gid its group
 * @param mode its permission, set-id and sticky bits
 * @param access its access list
 * @param inherited its default list
 */
public record NewNode(long uid, long gid, int mode, Acl access, Acl inherited) {

  /**
   * Decides about a new node.
   *
   * @param type its type
   * @param mode the mode that is asked for
   * @param directory the attributes of its directory
   * @param defaults the default list of its directory
   * @param maker who makes it
   */
  public static NewNode of(FileType type, int mode, Stat directory, Acl defaults, Identity maker) {
    boolean groupFollows = (directory.mode() & SetIdBits.SET_GROUP_ID) != 0;
    boolean isDirectory = type == FileType.DIRECTORY;
    int allowed = SetIdBits.ofNew(type, mode, directory, maker);
    if (groupFollows && isDirectory) {
      allowed |= SetIdBits.SET_GROUP_ID;
    }
    long gid = groupFollows ? directory.gid() : maker.gid();
    if (defaults.isEmpty() || type == FileType.SYMLINK) {
      return new NewNode(maker.uid(), gid, allowed, Acl.NONE, Acl.NONE);
    }
    Acl list = defaults.inherited(allowed);
    return new NewNode(
        maker.uid(),
        gid,
        AccessLists.modeWith(allowed, list),
        list.isMinimal() ? Acl.NONE : list,
        isDirectory ? defaults : Acl.NONE);
  }
}
