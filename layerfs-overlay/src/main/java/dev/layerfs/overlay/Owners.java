package dev.layerfs.overlay;

import dev.layerfs.posix.Stat;

/**
 * Owners in a container and on the host. They are the same for root, be it of a user namespace; to a process without
 * privileges the container's root is the process itself.
 *
 * @param euid the process's user
 * @param egid the process's group
 */
record Owners(long euid, long egid) {
  /** Returns those of this process. */
  static Owners current() {
    return new Owners(FileCalls.geteuid(), FileCalls.getegid());
  }

  /** Whether this is root, perhaps of a user namespace. */
  boolean isRoot() {
    return euid == 0;
  }

  /** Whether the host could keep an owner and a group as they are, and not mistake them for root. */
  boolean canKeep(long uid, long gid) {
    return isRoot() || uid != euid && gid != egid;
  }

  long hostUid(long uid) {
    return !isRoot() && uid == 0 ? euid : uid;
  }

  long hostGid(long gid) {
    return !isRoot() && gid == 0 ? egid : gid;
  }

  /** Returns what the container sees of the host's attributes. */
  Stat shown(Stat host) {
    if (isRoot()) {
      return host;
    }
    return withOwner(
        host,
        host.mode(),
        host.uid() == euid ? 0 : host.uid(),
        host.gid() == egid ? 0 : host.gid());
  }

  /** Returns attributes with another mode and owner. */
  static Stat withOwner(Stat s, int mode, long uid, long gid) {
    return new Stat(
        s.type(),
        mode,
        uid,
        gid,
        s.size(),
        s.links(),
        s.inode(),
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
}
