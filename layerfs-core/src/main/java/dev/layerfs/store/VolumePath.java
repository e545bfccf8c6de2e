package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import java.util.ArrayList;
import java.util.List;

/** Paths that say where something is mounted, or what of it. */
public final class VolumePath {
  private VolumePath() {}

  /**
   * Returns a path without {@code .}, {@code ..} and empty names. Nothing leads above the root.
   *
   * @param text a path, taken to begin at the root
   * @return its names; none for the root
   * @throws IllegalArgumentException if a name holds a NUL or a lone surrogate
   */
  public static List<Name> clean(String text) {
    List<Name> names = new ArrayList<>();
    for (Name name : Resolver.split(Name.encode(text))) {
      if (name.toString().indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a path with a NUL");
      }
      if (name.toString().equals("..")) {
        names.subList(Math.max(0, names.size() - 1), names.size()).clear();
      } else if (!name.toString().equals(".")) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  /** Returns an absolute path as text. */
  public static String absolute(List<Name> names) {
    return "/" + relative(names);
  }

  /** Returns a relative path as text. */
  public static String relative(List<Name> names) {
    return String.join("/", names.stream().map(Name::toString).toList());
  }

  /** Returns the path without symbolic links, as far as it exists. */
  static List<Name> real(PosixView view, List<Name> path) throws PosixException {
    for (int known = path.size(); known > 0; known--) {
      try {
        List<Name> real = new ArrayList<>(
            new Resolver(view).realPath(path.subList(0, known).toArray(new Name[0])));
        real.addAll(path.subList(known, path.size()));
        return real;
      } catch (PosixException e) {
        if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
          throw e;
        }
      }
    }
    return path;
  }
}
