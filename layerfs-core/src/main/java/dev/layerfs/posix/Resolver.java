package dev.layerfs.posix;

import java.nio.file.AccessMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves paths on a {@link PosixView} as Linux does (path_resolution(7), fs/namei.c) for a process whose root and
 * working directory are the view's root: nothing, neither {@code ..} nor a symbolic link, leads out of it. {@code ..} is
 * physical: the parent of the directory that was reached, whatever links led there.
 *
 * <p>Paths come as bytes, or as names already split; a list of no names is the root. Safe for use by several threads; a
 * path that changes while it is resolved resolves to something it meant at some moment, inside the root.
 */
public final class Resolver {
  /** The most symbolic links followed for one path ({@code MAXSYMLINKS} of {@code <linux/namei.h>}). */
  public static final int MAX_LINKS = 40;

  /** The longest path in bytes: {@code PATH_MAX} of {@code <linux/limits.h>}, which counts a final NUL, less one. */
  public static final int MAX_PATH = 4095;

  /** What happens to a symbolic link that is the last name of a path. */
  public enum LastLink {
    /** It is followed; so are all that it leads to. */
    FOLLOW,
    /** It is the result. */
    NOFOLLOW
  }

  private static final Name EMPTY = Name.of("");
  private static final Set<AccessMode> SEARCH = Set.of(AccessMode.EXECUTE);

  private final PosixView view;
  private final List<Node> start; // the directories from the root to where paths begin
  private final List<Name> startPath; // their names, without the root's

  /**
   * Makes a resolver of paths that begin at the root.
   *
   * @param view the view that its paths are on
   */
  public Resolver(PosixView view) {
    this(view, List.of(view.root()), List.of());
  }

  private Resolver(PosixView view, List<Node> start, List<Name> startPath) {
    this.view = view;
    this.start = start;
    this.startPath = startPath;
  }

  /**
   * Returns a resolver of paths that begin at a directory, wherever that is moved to later. Absolute links still begin at
   * the root; {@code ..} leads to the directory's parents as they are now.
   *
   * @param names the path of the directory
   * @param last what to do with a link at the end
   * @return the resolver
   * @throws PosixException {@link Errno#ENOTDIR}, {@link Errno#ENOENT} or what {@link #resolve} throws
   */
  public Resolver at(Name[] names, LastLink last) throws PosixException {
    checkLength(names);
    Walk walk = walk(names);
    Resolved resolved = walk.resolve(last);
    Node directory = resolved.existing();
    if (directory.type() != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, resolved.name().toString());
    }
    if (!directory.equals(walk.here())) {
      walk.enter(resolved.name(), directory);
    }
    return new Resolver(view, List.copyOf(walk.directories), List.copyOf(walk.path));
  }

  /**
   * Returns the directory at which paths begin.
   *
   * @return the root, or the directory that {@link #at} was given
   */
  public Node start() {
    return start.get(start.size() - 1);
  }

  /**
   * Finds what a path names. For a path of plain names this costs one lookup for each of them, and nothing else.
   *
   * @param names the path's names; neither kept nor changed
   * @param last what to do with a link at the end
   * @return the node, or null if there is none: a name is missing, or not a directory where it must be one
   * @throws PosixException {@link Errno#ELOOP}, {@link Errno#ENAMETOOLONG} or an error of the view
   */
  public @Nullable Node find(Name[] names, LastLink last) throws PosixException {
    checkLength(names);
    return find(names, names.length, last);
  }

  private @Nullable Node find(Name[] names, int count, LastLink last) throws PosixException {
    Node node = start();
    for (int i = 0; i < count; i++) {
      if (isDots(names[i])) {
        return walk(Arrays.copyOf(names, count)).find(last);
      }
      node = node.type() == FileType.DIRECTORY ? view.lookup(node, names[i]) : null;
      if (node == null) {
        return null;
      }
      boolean atEnd = i == count - 1;
      if (node.type() == FileType.SYMLINK && !(atEnd && last == LastLink.NOFOLLOW)) {
        return walk(Arrays.copyOf(names, count)).find(last);
      }
    }
    return node;
  }

  /**
   * Returns the attributes of what a path names, found as by {@link #find}.
   *
   * @param names the path's names; neither kept nor changed
   * @param last what to do with a link at the end
   * @return the attributes now, or null if there is nothing
   * @throws PosixException what {@link #find} throws, or they can't be read
   */
  public @Nullable Stat stat(Name[] names, LastLink last) throws PosixException {
    checkLength(names);
    int end = names.length - 1;
    if (end >= 0 && !isDots(names[end])) {
      Node directory = find(names, end, LastLink.FOLLOW);
      if (directory == null || directory.type() != FileType.DIRECTORY) {
        return null;
      }
      Stat stat = view.stat(directory, names[end]);
      if (stat == null || stat.type() != FileType.SYMLINK || last == LastLink.NOFOLLOW) {
        return stat;
      }
    }
    Node node = find(names, names.length, last);
    return node == null ? null : view.stat(node);
  }

  /**
   * Finds where a path leads, be there something or not.
   *
   * @param names the path's names; neither kept nor changed
   * @param last what to do with a link at the end; one that leads nowhere resolves to the name that is missing
   * @return the directory, the last name and what it names
   * @throws PosixException {@link Errno#ENOENT} if a name but the last is missing; {@link Errno#ENOTDIR}, {@link
   *     Errno#ELOOP}, {@link Errno#ENAMETOOLONG} or an error of the view
   */
  public Resolved resolve(Name[] names, LastLink last) throws PosixException {
    checkLength(names);
    return walk(names).resolve(last);
  }

  /**
   * Finds a file to open, or the place to make it, as {@code open(2)} does with {@code O_CREAT}.
   *
   * @param names the path's names; neither kept nor changed
   * @param last what to do with a link at the end; one that leads nowhere resolves to the name that is missing
   * @return the directory, the last name and what it names
   * @throws PosixException {@link Errno#EISDIR} if the target of a link at the end ends with a slash, whatever it names;
   *     or what {@link #resolve(Name[], LastLink)} throws
   */
  public Resolved resolveToCreate(Name[] names, LastLink last) throws PosixException {
    checkLength(names);
    return walk(names).creating().resolve(last);
  }

  /**
   * Finds where a path leads. With {@link LastLink#FOLLOW} a path that ends with a slash must name a directory, if
   * anything; with {@link LastLink#NOFOLLOW} that is for the caller to judge, as it is for the kernel's operations.
   *
   * @param path the path's bytes, absolute or relative to the root
   * @param last what to do with a link at the end
   * @return the directory, the last name and what it names
   * @throws PosixException {@link Errno#ENOENT} if a name but the last is missing or the path is empty; {@link
   *     Errno#EINVAL} if it holds a NUL; {@link Errno#ENOTDIR}, {@link Errno#ELOOP}, {@link Errno#ENAMETOOLONG} or an
   *     error of the view
   */
  public Resolved resolve(byte[] path, LastLink last) throws PosixException {
    return walk(path).resolve(last);
  }

  /**
   * Finds a file to open, or the place to make it, as {@code open(2)} does with {@code O_CREAT}.
   *
   * @param path the path's bytes, absolute or relative to the root
   * @param last what to do with a link at the end; one that leads nowhere resolves to the name that is missing
   * @return the directory, the last name and what it names
   * @throws PosixException {@link Errno#EISDIR} if the path, or the target of a link at its end, ends with a name and a
   *     slash, whatever that names; or what {@link #resolve(byte[], LastLink)} throws
   */
  public Resolved resolveToCreate(byte[] path, LastLink last) throws PosixException {
    return walk(path).creating().resolve(last);
  }

  /**
   * Returns the one path of a file that holds no links, {@code .} or {@code ..}.
   *
   * @param names the path's names; neither kept nor changed
   * @return the names of the real path, from the root
   * @throws PosixException {@link Errno#ENOENT} if it does not exist, or what {@link #resolve} throws
   */
  public List<Name> realPath(Name[] names) throws PosixException {
    checkLength(names);
    Walk walk = walk(names);
    Resolved resolved = walk.resolve(LastLink.FOLLOW);
    resolved.existing();
    List<Name> path = walk.path;
    if (!resolved.name().equals(EMPTY) && !isDots(resolved.name())) {
      path.add(resolved.name());
    }
    return path;
  }

  /**
   * Splits a path at its slashes.
   *
   * @param path a path's bytes
   * @return its names, none of them empty
   */
  public static List<Name> split(byte[] path) {
    List<Name> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        if (i > start) {
          names.add(Name.ofBytes(path, start, i));
        }
        start = i + 1;
      }
    }
    return names;
  }

  private Walk walk(Name[] names) {
    return new Walk(view, start, startPath, names, false);
  }

  private Walk walk(byte[] path) throws PosixException {
    if (path.length == 0) {
      throw new PosixException(Errno.ENOENT, "empty path");
    }
    if (path.length > MAX_PATH) {
      throw new PosixException(Errno.ENAMETOOLONG, Name.decode(path));
    }
    Name[] names = split(path).toArray(new Name[0]);
    return new Walk(view, start, startPath, names, names.length > 0 && endsWithSlash(path));
  }

  private static boolean endsWithSlash(byte[] path) {
    return path[path.length - 1] == '/';
  }

  private static boolean isDots(Name name) {
    int length = name.length();
    return length > 0
        && length <= 2
        && name.byteAt(0) == '.'
        && (length == 1 || name.byteAt(1) == '.');
  }

  private static void checkLength(Name[] names) throws PosixException {
    if (names.length * (Name.MAX_LENGTH + 1) <= MAX_PATH) {
      return; // each name is checked by the view
    }
    long length = names.length;
    for (Name name : names) {
      length += name.length();
    }
    if (length > MAX_PATH) {
      throw new PosixException(Errno.ENAMETOOLONG, "path of " + length + " bytes");
    }
  }

  /** One resolution that meets dots or links, or whose parent is asked for. */
  private static final class Walk {
    private final PosixView view;
    private final List<Node> directories; // from the root to where the walk is
    private final List<Name> path; // their names, without the root's
    private final List<Name> pending = new ArrayList<>(); // names still to come, in reverse
    private boolean trailingSlash; // behind the last of them
    private boolean creates;
    private int links;

    Walk(
        PosixView view,
        List<Node> start,
        List<Name> startPath,
        Name[] names,
        boolean trailingSlash) {
      this.view = view;
      this.trailingSlash = trailingSlash;
      directories = new ArrayList<>(start);
      path = new ArrayList<>(startPath);
      for (int i = names.length - 1; i >= 0; i--) {
        pending.add(names[i]);
      }
    }

    /** What is found is to be opened, or made if it is missing ({@code O_CREAT}). */
    Walk creating() {
      creates = true;
      return this;
    }

    @Nullable
    Node find(LastLink last) throws PosixException {
      try {
        return resolve(last).node();
      } catch (PosixException e) {
        if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
          return null;
        }
        throw e;
      }
    }

    Resolved resolve(LastLink last) throws PosixException {
      Name name = EMPTY;
      while (!pending.isEmpty()) {
        name = pending.remove(pending.size() - 1);
        if (here().type() != FileType.DIRECTORY) {
          throw new PosixException(Errno.ENOTDIR, name.toString());
        }
        if (isDots(name)) {
          view.access(here(), SEARCH);
          stepBack(name);
          continue;
        }
        boolean atEnd = pending.isEmpty();
        if (atEnd && creates && trailingSlash) {
          throw new PosixException(Errno.EISDIR, name.toString()); // whether there is one or not
        }
        Node node = view.lookup(here(), name);
        boolean follows = !atEnd || last == LastLink.FOLLOW;
        if (follows && node != null && node.type() == FileType.SYMLINK) {
          follow(node, name);
        } else if (atEnd) {
          return result(name, node, last);
        } else if (node == null) {
          throw new PosixException(Errno.ENOENT, name.toString());
        } else {
          enter(name, node);
        }
      }
      return new Resolved(here(), name, here(), trailingSlash);
    }

    private Resolved result(Name name, @Nullable Node node, LastLink last) throws PosixException {
      boolean directory = node == null || node.type() == FileType.DIRECTORY;
      if (trailingSlash && last == LastLink.FOLLOW && !directory) {
        throw new PosixException(Errno.ENOTDIR, name.toString());
      }
      return new Resolved(here(), name, node, trailingSlash);
    }

    Node here() {
      return directories.get(directories.size() - 1);
    }

    void enter(Name name, Node node) {
      directories.add(node);
      path.add(name);
    }

    private void stepBack(Name dots) {
      if (dots.length() == 2 && directories.size() > 1) {
        directories.remove(directories.size() - 1);
        path.remove(path.size() - 1);
      }
    }

    private void follow(Node link, Name name) throws PosixException {
      links++;
      if (links > MAX_LINKS) {
        throw new PosixException(Errno.ELOOP, name.toString());
      }
      byte[] target = view.readLink(link);
      if (target.length == 0) {
        throw new PosixException(Errno.ENOENT, name.toString());
      }
      if (target[0] == '/') {
        directories.subList(1, directories.size()).clear();
        path.clear();
      }
      if (pending.isEmpty()) {
        trailingSlash |= endsWithSlash(target);
      }
      List<Name> names = split(target);
      for (int i = names.size() - 1; i >= 0; i--) {
        pending.add(names.get(i));
      }
    }
  }
}
