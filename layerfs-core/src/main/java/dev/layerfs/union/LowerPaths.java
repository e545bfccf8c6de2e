package dev.layerfs.union;

import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths of what is beneath an upper, which are others in the upper where that has {@linkplain Redirect redirects}. */
final class LowerPaths {
  private final UpperTree tree;
  private final Lower lower;

  LowerPaths(UpperTree tree, Lower lower) {
    this.tree = tree;
    this.lower = lower;
  }

  /**
   * Returns the directory that shows through one of the upper, as {@code ovl_lookup} of fs/overlayfs/namei.c finds it:
   * links are not followed, and what is no directory shows nothing.
   */
  long directory(UpperDirectory parent, Redirect redirect) throws PosixException {
    long found = redirect.fromRoot() ? lower.root() : parent.lower;
    for (Name name : redirect.names()) {
      found = found == Lower.NONE ? Lower.NONE : subdirectory(found, name);
    }
    return found;
  }

  private long subdirectory(long directory, Name name) throws PosixException {
    ImageEntry found = lower.entry(directory, name);
    return found.type() == FileType.DIRECTORY ? found.nid() : Lower.NONE;
  }

  /** Returns the path in the upper of what has a path beneath and is itself untouched; null if the upper hides it. */
  @Nullable
  List<Name> shown(List<Name> path) throws PosixException {
    UpperDirectory deepest = tree.rootDirectory();
    int rest = 0;
    long found = lower.root();
    for (int i = 0; i < path.size() - 1 && found != Lower.NONE; i++) {
      found = subdirectory(found, path.get(i));
      if (tree.find(found) instanceof UpperDirectory directory) {
        deepest = directory;
        rest = i + 1;
      }
    }
    if (found == Lower.NONE
        || deepest.last != null
        || deepest.lower == Lower.NONE
        || tree.child(deepest, path.get(rest)) != null) {
      return null;
    }
    List<Name> shown = new ArrayList<>(tree.names(deepest));
    shown.addAll(path.subList(rest, path.size()));
    return shown;
  }

  /** Returns the redirect that a directory needs wherever it comes; all above it are in the upper and show what is beneath. */
  Redirect fromRoot(UpperDirectory directory) throws PosixException {
    List<Name> names = new ArrayList<>(); // the last first
    UpperDirectory next = directory;
    while (next != tree.rootDirectory()) {
      UpperInode.Place place = tree.place(next);
      Redirect redirect = next.redirect;
      if (redirect == null) {
        names.add(place.name());
      } else {
        for (int i = redirect.names().size() - 1; i >= 0; i--) {
          names.add(redirect.names().get(i));
        }
        if (redirect.fromRoot()) {
          break;
        }
      }
      next = place.directory();
    }
    Collections.reverse(names);
    return Redirect.fromRoot(names);
  }

  /**
   * Makes sure that what shows through a directory is not shown where it is beneath, too.
   *
   * @throws PosixException {@link Errno#EIO} that names both places
   */
  void requireHidden(UpperDirectory directory) throws PosixException {
    Redirect redirect = directory.redirect;
    if (redirect == null || directory.lower == Lower.NONE) {
      return;
    }
    List<Name> other = shown(fromRoot(directory).names());
    if (other != null) {
      throw twice(directory, UpperTree.text(other));
    }
  }

  /** Says that a directory beneath has two places. */
  PosixException twice(UpperDirectory directory, String other) throws PosixException {
    return new PosixException(
        Errno.EIO,
        tree.text(directory) + " and " + other + " show the same directory of what is beneath;"
            + " a whiteout is missing, or the upper was copied in parts");
  }
}
