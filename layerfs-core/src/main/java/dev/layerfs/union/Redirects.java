package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.nio.file.Path;

/**
 * Directories that show what is beneath and are renamed without it: a mark says where that is, as {@code ovl_set_redirect}
 * of fs/overlayfs/dir.c sets it. Called with the whole of {@link Locks}.
 */
final class Redirects {
  private final Inodes inodes;

  Redirects(Inodes inodes) {
    this.inodes = inodes;
  }

  /**
   * Sets a directory's mark, which means what its place means until it is renamed.
   *
   * @param directory a directory in the upper that shows what is beneath
   * @param inParent whether it gets no other parent
   * @return false if it has to be renamed with all that is in it
   */
  boolean set(UpperDirectory directory, boolean inParent) throws PosixException {
    Upper upper = inodes.upper();
    if (!upper.marks().followRedirects() || !upper.work().canExchange()) {
      return false;
    }
    Redirect known = directory.redirect;
    if (known != null && (inParent || known.fromRoot())) {
      return true;
    }
    Redirect needed = inParent
        ? Redirect.inParent(inodes.top().place(directory).name())
        : inodes.top().lowerPaths().fromRoot(directory);
    if (!needed.isShort()) {
      return false;
    }
    Path place = inodes.path(directory);
    upper.setRedirect(place, needed);
    directory.redirect = needed;
    inodes.force(
        () -> upper.host().sync(place)); // or the new name could outlive a crash without it
    return true;
  }
}
