package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;

/** What paths mean to the operations that take them: the rules of fs/namei.c for the last name and for a slash after it. */
final class OpsPaths {
  private final Resolver resolver;

  /**
   * Makes the rules for a view.
   *
   * @param view where the paths lead
   */
  OpsPaths(PosixView view) {
    resolver = new Resolver(view);
  }

  /**
   * Finds what is there ({@code path_lookupat}). With a slash at the end a link is followed in any case, and must lead to a
   * directory.
   *
   * @param path the path
   * @param last what to do with a link at the end
   * @return what it names
   * @throws PosixException {@code ENOENT} if there is nothing, or what prevents finding it
   */
  Node existing(byte[] path, LastLink last) throws PosixException {
    return resolver.resolve(path, endsWithSlash(path) ? LastLink.FOLLOW : last).existing();
  }

  /**
   * Finds a name itself, to remove or to rename it, be there one or not ({@code filename_parentat}).
   *
   * @param path the path
   * @return the name
   * @throws PosixException if its directory can't be found
   */
  Resolved name(byte[] path) throws PosixException {
    return resolver.resolve(path, LastLink.NOFOLLOW);
  }

  /**
   * Finds a place for something new ({@code filename_create}).
   *
   * @param path the path
   * @param directory whether a directory is to be made: then a slash at the end is right
   * @return the place
   * @throws PosixException {@code EEXIST} if something is there; {@code ENOENT} for a slash that is not right
   */
  Resolved vacant(byte[] path, boolean directory) throws PosixException {
    Resolved place = name(path);
    if (place.node() != null) {
      throw failure(Errno.EEXIST, path);
    } else if (place.trailingSlash() && !directory) {
      throw failure(Errno.ENOENT, path);
    }
    return place;
  }

  /**
   * Finds a file to open, or the place to make it ({@code open_last_lookups} with {@code O_CREAT}). A link that leads
   * nowhere is a place: its target is made.
   *
   * @param path the path
   * @param last what to do with a link at the end
   * @return the file, or its place
   * @throws PosixException {@code EISDIR} for a slash at the end, of the path or of a link that it leads to
   */
  Resolved fileOrPlace(byte[] path, LastLink last) throws PosixException {
    return resolver.resolveToCreate(path, last);
  }

  /** Tells whether a path ends in a name: neither in {@code .} nor in {@code ..}, and it is not the root's. */
  static boolean isName(Resolved resolved) {
    Name name = resolved.name();
    return !name.equals(Name.of("")) && !name.equals(Name.of(".")) && !name.equals(Name.of(".."));
  }

  static PosixException failure(Errno errno, byte[] path) {
    return new PosixException(errno, Name.decode(path));
  }

  private static boolean endsWithSlash(byte[] path) {
    return path.length > 0 && path[path.length - 1] == '/';
  }
}
