package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import java.util.Set;

/** The operations that make, rename and remove names, with the checks of fs/namei.c in their order. */
final class OpsNames {
  private static final int MKDIR_MODE = 01777; // vfs_mkdir: no set-id bits

  private final PosixView view;
  private final OpsPaths paths;

  OpsNames(PosixView view, OpsPaths paths) {
    this.view = view;
    this.paths = paths;
  }

  void addTo(OpsTable table) {
    table.change("mkdir", 2, this::mkdir);
    table.change("mknod", 3, 4, this::mknod);
    table.change("symlink", 2, this::symlink);
    table.change("link", 2, this::link);
    table.change("unlink", 1, this::unlink);
    table.change("rmdir", 1, this::rmdir);
    table.change("rename", 2, 3, this::rename);
  }

  private void mkdir(OpsArguments a) throws PosixException {
    int mode = a.mode(1) & MKDIR_MODE;
    Resolved place = paths.vacant(a.path(0), true);
    view.create(place.parent(), place.name(), FileType.DIRECTORY, mode, 0, 0);
  }

  private void mknod(OpsArguments a) throws PosixException {
    FileType type = RootFile.typeNamed(a.text(1));
    if (type == null || type == FileType.SYMLINK) {
      throw a.invalid(1, "a type of file that can be made");
    } else if (type == FileType.DIRECTORY) {
      throw OpsPaths.failure(Errno.EPERM, a.path(0));
    }
    int mode = a.mode(2);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    int[] number = device || a.has(3) ? a.pair(3) : new int[2];
    Resolved place = paths.vacant(a.path(0), false);
    view.create(place.parent(), place.name(), type, mode, number[0], number[1]);
  }

  private void symlink(OpsArguments a) throws PosixException {
    byte[] target = a.path(0);
    if (target.length
        == 0) { // the target is read from the caller's memory before the path is walked
      throw OpsPaths.failure(Errno.ENOENT, target);
    } else if (target.length > Resolver.MAX_PATH) {
      throw OpsPaths.failure(Errno.ENAMETOOLONG, target);
    }
    Resolved place = paths.vacant(a.path(1), false);
    view.symlink(place.parent(), place.name(), target);
  }

  private void link(OpsArguments a) throws PosixException {
    Node file = paths.existing(a.path(0), LastLink.NOFOLLOW);
    Resolved place = paths.vacant(a.path(1), false);
    view.link(file, place.parent(), place.name());
  }

  /** {@code do_unlinkat}. */
  private void unlink(OpsArguments a) throws PosixException {
    Resolved name = paths.name(a.path(0));
    if (!OpsPaths.isName(name)) {
      throw OpsPaths.failure(Errno.EISDIR, a.path(0));
    } else if (name.trailingSlash() && !isDirectory(name.existing())) {
      throw OpsPaths.failure(Errno.ENOTDIR, a.path(0));
    }
    view.unlink(name.parent(), name.name());
  }

  /** {@code do_rmdir}. */
  private void rmdir(OpsArguments a) throws PosixException {
    Resolved name = paths.name(a.path(0));
    if (!OpsPaths.isName(name)) {
      Errno errno = name.name().length() == 0
          ? Errno.EBUSY
          : name.name().equals(Name.of(".")) ? Errno.EINVAL : Errno.ENOTEMPTY;
      throw OpsPaths.failure(errno, a.path(0));
    }
    view.rmdir(name.parent(), name.name());
  }

  private void rename(OpsArguments a) throws PosixException {
    Set<RenameFlag> flags = a.flags(2, RenameFlag.class, "RENAME_");
    if (flags.size() > 1) {
      throw a.invalid(2, "one flag");
    }
    Resolved from = paths.name(a.path(0));
    Resolved to = paths.name(a.path(1));
    if (!OpsPaths.isName(from)) {
      throw OpsPaths.failure(Errno.EBUSY, a.path(0));
    } else if (!OpsPaths.isName(to)) {
      boolean replaces = !flags.contains(RenameFlag.NOREPLACE);
      throw OpsPaths.failure(replaces ? Errno.EBUSY : Errno.EEXIST, a.path(1));
    }
    checkRename(from, to, flags);
    view.rename(from.parent(), from.name(), to.parent(), to.name(), flags);
  }

  /** What {@code do_renameat2} checks before it looks at types: a slash at the end is right only for a directory. */
  private static void checkRename(Resolved from, Resolved to, Set<RenameFlag> flags)
      throws PosixException {
    boolean directory = isDirectory(from.existing());
    if (flags.contains(RenameFlag.NOREPLACE) && to.node() != null) {
      throw new PosixException(Errno.EEXIST, to.name().toString());
    }
    boolean becomes = flags.contains(RenameFlag.EXCHANGE) ? isDirectory(to.existing()) : directory;
    if (to.trailingSlash() && !becomes) {
      throw new PosixException(Errno.ENOTDIR, to.name().toString());
    } else if (from.trailingSlash() && !directory) {
      throw new PosixException(Errno.ENOTDIR, from.name().toString());
    }
  }

  private static boolean isDirectory(Node node) {
    return node.type() == FileType.DIRECTORY;
  }
}
