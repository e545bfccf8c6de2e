package dev.layerfs.examples;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Timespec;
import java.nio.file.AccessMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The operations on what a path leads to. */
final class OpsAttributes {
  private static final long NO_ID = (1L << 32) - 1; // (uid_t) -1: leave it

  private final PosixView view;
  private final OpsPaths paths;

  OpsAttributes(PosixView view, OpsPaths paths) {
    this.view = view;
    this.paths = paths;
  }

  void addTo(OpsTable table) {
    table.query("stat", 1, a -> RootFile.attributes(view.stat(followed(a))));
    table.query("lstat", 1, a -> RootFile.attributes(view.stat(itself(a))));
    table.query("readdir", 1, a -> list(followed(a)));
    table.query("readlink", 1, a -> Name.decode(view.readLink(itself(a))));
    table.query("statfs", 1, this::statfs);
    table.change("chmod", 2, this::chmod);
    table.change("chown", 3, a -> chown(a, LastLink.FOLLOW));
    table.change("lchown", 3, a -> chown(a, LastLink.NOFOLLOW));
    table.change("utimens", 3, this::utimens);
    table.change("truncate", 2, this::truncate);
    table.change("access", 2, this::access);
    table.change("sync", 0, a -> view.sync());
  }

  private Node followed(OpsArguments a) throws PosixException {
    return paths.existing(a.path(0), LastLink.FOLLOW);
  }

  private Node itself(OpsArguments a) throws PosixException {
    return paths.existing(a.path(0), LastLink.NOFOLLOW);
  }

  private List<List<String>> list(Node directory) throws PosixException {
    view.access(directory, EnumSet.of(AccessMode.READ));
    List<List<String>> names = new ArrayList<>();
    for (DirectoryEntry entry : view.list(directory)) {
      names.add(List.of(entry.name().toString(), RootFile.typeName(entry.type())));
    }
    return names;
  }

  private Map<String, Object> statfs(OpsArguments a) throws PosixException {
    followed(a);
    FileSystemStat stat = view.statfs();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("blockSize", stat.blockSize());
    figures.put("totalBlocks", stat.totalBlocks());
    figures.put("freeBlocks", stat.freeBlocks());
    figures.put("availableBlocks", stat.availableBlocks());
    figures.put("readOnly", stat.readOnly());
    return figures;
  }

  private void chmod(OpsArguments a) throws PosixException {
    int mode = a.mode(1);
    view.chmod(followed(a), mode);
  }

  private void chown(OpsArguments a, LastLink last) throws PosixException {
    long uid = id(a, 1);
    long gid = id(a, 2);
    view.chown(paths.existing(a.path(0), last), uid, gid);
  }

  private static long id(OpsArguments a, int index) throws PosixException {
    long id = a.integer(index);
    if (id < -1 || id > NO_ID) {
      throw a.invalid(index, "an id: 0 to 4294967294, or -1");
    }
    return id == NO_ID ? -1 : id;
  }

  private void utimens(OpsArguments a) throws PosixException {
    Timespec atime = a.time(1);
    Timespec mtime = a.time(2);
    if (atime != null || mtime != null) { // else not even the path is looked at (fs/utimes.c)
      view.utimens(followed(a), atime, mtime);
    }
  }

  /** {@code vfs_truncate} of fs/open.c. */
  private void truncate(OpsArguments a) throws PosixException {
    long size = a.size(1);
    Node file = followed(a);
    if (file.type() == FileType.DIRECTORY) {
      throw OpsPaths.failure(Errno.EISDIR, a.path(0));
    } else if (file.type() != FileType.REGULAR) {
      throw OpsPaths.failure(Errno.EINVAL, a.path(0));
    }
    try (FileHandle handle = view.open(file, EnumSet.of(OpenFlag.WRITE))) {
      handle.truncate(size);
    }
  }

  private void access(OpsArguments a) throws PosixException {
    Set<AccessMode> modes = EnumSet.noneOf(AccessMode.class);
    for (char mode : a.text(1).toCharArray()) {
      modes.add(
          switch (mode) {
            case 'r' -> AccessMode.READ;
            case 'w' -> AccessMode.WRITE;
            case 'x' -> AccessMode.EXECUTE;
            default -> throw a.invalid(1, "some of r, w and x");
          });
    }
    view.access(followed(a), modes);
  }
}
