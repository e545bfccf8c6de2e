package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver.LastLink;
import java.nio.file.AccessMode;
import java.util.EnumSet;
import java.util.Set;

/** Opens files as open(2) does, with the checks of fs/open.c and fs/namei.c in their order. */
final class OpsOpen {
  private final PosixView view;
  private final OpsPaths paths;

  /** The flags of {@code <fcntl.h>} that there are here. Without {@code O_WRONLY} and {@code O_RDWR} it is to be read. */
  enum Flag {
    O_RDONLY,
    O_WRONLY,
    O_RDWR,
    O_CREAT,
    O_EXCL,
    O_TRUNC,
    O_APPEND,
    O_DIRECTORY,
    O_NOFOLLOW
  }

  OpsOpen(PosixView view, OpsPaths paths) {
    this.view = view;
    this.paths = paths;
  }

  /**
   * Opens what is at a path, or makes a file there.
   *
   * @param path the path
   * @param flags how
   * @param mode permissions of a new file
   * @return the open file or directory
   * @throws PosixException {@code EINVAL} for flags that don't go together; {@code ENXIO} for pipes, sockets and devices,
   *     which have no other end here; and the other errors of open(2)
   */
  OpsHandle open(byte[] path, Set<Flag> flags, int mode) throws PosixException {
    boolean creates = flags.contains(Flag.O_CREAT);
    boolean both = flags.contains(Flag.O_WRONLY) && flags.contains(Flag.O_RDWR);
    if (both || creates && flags.contains(Flag.O_DIRECTORY)) {
      throw OpsPaths.failure(Errno.EINVAL, path);
    }
    boolean follows = !flags.contains(Flag.O_NOFOLLOW);
    if (!creates) {
      return opened(
          paths.existing(path, follows ? LastLink.FOLLOW : LastLink.NOFOLLOW), path, flags);
    }
    boolean exclusive = flags.contains(Flag.O_EXCL);
    Resolved found =
        paths.fileOrPlace(path, follows && !exclusive ? LastLink.FOLLOW : LastLink.NOFOLLOW);
    Node node = found.node();
    if (node == null) {
      return created(found, flags, mode);
    } else if (exclusive) {
      throw OpsPaths.failure(Errno.EEXIST, path);
    } else if (node.type() == FileType.DIRECTORY) {
      throw OpsPaths.failure(Errno.EISDIR, path);
    }
    return opened(node, path, flags);
  }

  private OpsHandle created(Resolved place, Set<Flag> flags, int mode) throws PosixException {
    Node file = view.create(place.parent(), place.name(), FileType.REGULAR, mode, 0, 0);
    return file(file, flags, false);
  }

  /** {@code do_open} and {@code may_open}. */
  private OpsHandle opened(Node node, byte[] path, Set<Flag> flags) throws PosixException {
    boolean truncates = flags.contains(Flag.O_TRUNC);
    if (node.type() == FileType.DIRECTORY) {
      if (truncates || writes(flags)) {
        throw OpsPaths.failure(Errno.EISDIR, path);
      }
      view.access(node, EnumSet.of(AccessMode.READ));
      return new OpsDirectory(view, node);
    } else if (flags.contains(Flag.O_DIRECTORY)) {
      throw OpsPaths.failure(Errno.ENOTDIR, path);
    }
    if (truncates && !writes(flags)) { // Linux truncates what is opened only to be read
      view.open(node, EnumSet.of(OpenFlag.WRITE, OpenFlag.TRUNCATE)).close();
    }
    return file(node, flags, truncates);
  }

  private OpsHandle file(Node node, Set<Flag> flags, boolean truncates) throws PosixException {
    boolean writes = writes(flags);
    Set<OpenFlag> how = EnumSet.noneOf(OpenFlag.class);
    if (!flags.contains(Flag.O_WRONLY)) {
      how.add(OpenFlag.READ);
    }
    if (writes) {
      how.add(OpenFlag.WRITE);
    }
    if (writes && flags.contains(Flag.O_APPEND)) {
      how.add(OpenFlag.APPEND);
    }
    if (writes && truncates) {
      how.add(OpenFlag.TRUNCATE);
    }
    return new OpsFile(view.open(node, how), how);
  }

  private static boolean writes(Set<Flag> flags) {
    return flags.contains(Flag.O_WRONLY) || flags.contains(Flag.O_RDWR);
  }
}
