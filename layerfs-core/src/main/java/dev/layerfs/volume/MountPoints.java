package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import java.util.List;
import java.util.stream.Collectors;

/** The places at which something is mounted, and how they are made where they are missing. */
public final class MountPoints {
  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private MountPoints() {}

  /**
   * Makes sure that something can be mounted at a path. Links are followed, and nothing leads out of the root. Missing
   * directories are made, with mode 0755 and owned by root, and at the end an empty file if that is what is mounted.
   *
   * @param view the root file system, which refuses nothing
   * @param target the names of the path, from the root
   * @param mounted the type of what is to be mounted
   * @return the path without links and {@code ..}, from the root; not empty
   * @throws PosixException {@link Errno#EINVAL} if the path is the root's; {@link Errno#ENOTDIR} if a directory would be
   *     mounted at something else, or something else at a directory; or if the path can't be resolved or made. The message
   *     names the path
   */
  public static List<Name> make(PosixView view, List<Name> target, FileType mounted)
      throws PosixException {
    try {
      Resolver resolver = new Resolver(view);
      Node node = view.root();
      for (int i = 1; i <= target.size(); i++) {
        boolean last = i == target.size();
        FileType missing =
            last && mounted != FileType.DIRECTORY ? FileType.REGULAR : FileType.DIRECTORY;
        node = find(view, resolver.resolve(names(target, i), LastLink.FOLLOW), missing);
      }
      List<Name> real = resolver.realPath(names(target, target.size()));
      if (real.isEmpty()) {
        throw new PosixException(Errno.EINVAL, "/");
      }
      boolean onDirectory = node.type() == FileType.DIRECTORY;
      if (onDirectory != (mounted == FileType.DIRECTORY)) {
        throw new PosixException(Errno.ENOTDIR, onDirectory ? "a directory" : "not a directory");
      }
      return List.copyOf(real);
    } catch (PosixException e) {
      throw new PosixException(e.errno(), text(target) + ": mount point", e);
    }
  }

  private static Node find(PosixView view, Resolved place, FileType missing) throws PosixException {
    Node found = place.node();
    if (found != null) {
      return found;
    }
    int mode = missing == FileType.DIRECTORY ? DIRECTORY_MODE : FILE_MODE;
    Node made = view.create(place.parent(), place.name(), missing, mode, 0, 0);
    giveToRoot(view, made);
    return made;
  }

  /** In a directory of the host that this process may not give away from, it is the process's. */
  private static void giveToRoot(PosixView view, Node made) throws PosixException {
    try {
      view.chown(made, 0, 0);
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
    }
  }

  private static Name[] names(List<Name> target, int count) {
    return target.subList(0, count).toArray(new Name[0]);
  }

  /** Returns a path as text. */
  static String text(List<Name> path) {
    return path.stream().map(Name::toString).collect(Collectors.joining("/", "/", ""));
  }
}
