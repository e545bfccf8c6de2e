package dev.layerfs.erofs;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves paths inside a tree as a process would whose root directory is the tree's: absolute link targets begin at the
 * root, and {@code ..} of the root is the root. Nothing is ever looked up on the host.
 */
final class PathWalk {
  /** {@code MAXSYMLINKS} of {@code <linux/namei.h>}. */
  private static final int MAX_SYMLINKS = 40;

  private static final Name DOT_DOT = Name.of("..");

  private final TreeNode root;

  PathWalk(TreeNode root) {
    this.root = root;
  }

  /**
   * Finds a directory, through symbolic links, the last included.
   *
   * @param from the directory to begin at
   * @param path its path from there
   * @return the directory, null if there is none
   * @throws PosixException ELOOP after 40 links, ENOTDIR if the path goes through something else
   */
  @Nullable
  TreeNode find(TreeNode from, List<Name> path) throws IOException {
    return walk(from, path, false);
  }

  /**
   * Finds a directory as {@link #find} does, and creates what is missing on the way as implicit directories.
   *
   * @param from the directory to begin at
   * @param path its path from there
   * @return the directory
   * @throws PosixException as {@link #find}; ENAMETOOLONG if a link would create a name that no directory can hold
   */
  TreeNode findOrCreate(TreeNode from, List<Name> path) throws IOException {
    TreeNode found = walk(from, path, true);
    if (found == null) {
      throw new AssertionError("created");
    }
    return found;
  }

  private @Nullable TreeNode walk(TreeNode from, List<Name> path, boolean create)
      throws IOException {
    Deque<Name> rest = new ArrayDeque<>(path);
    TreeNode directory = from;
    int links = 0;
    while (!rest.isEmpty()) {
      Name name = rest.pop();
      if (name.equals(DOT_DOT)) {
        directory = directory.parent();
        continue;
      }
      TreeNode child = directory.child(name);
      if (child == null || child.isWhiteout()) {
        if (!create) {
          return null;
        }
        child = create(directory, name, child);
      }
      if (child.isDirectory()) {
        directory = child;
      } else if (child.type() != FileType.SYMLINK) {
        throw new PosixException(Errno.ENOTDIR, name.toString());
      } else if (++links > MAX_SYMLINKS) {
        throw new PosixException(Errno.ELOOP, name.toString());
      } else if (push(rest, child.symlinkTarget())) {
        directory = root;
      }
    }
    return directory;
  }

  /**
   * Finds what a path names, through symbolic links, the last excluded.
   *
   * @param path its path from the root, at least one name
   * @return what has the name, null if nothing has
   * @throws PosixException as {@link #find}
   */
  @Nullable
  TreeNode findLast(List<Name> path) throws IOException {
    TreeNode parent = find(root, path.subList(0, path.size() - 1));
    return parent == null ? null : parent.child(path.get(path.size() - 1));
  }

  private static TreeNode create(TreeNode directory, Name name, @Nullable TreeNode whiteout)
      throws PosixException {
    if (!isLegal(name)) {
      throw new PosixException(Errno.ENAMETOOLONG, name.toString());
    }
    TreeNode created = directory.newImplicitDirectory(whiteout);
    directory.put(name, created);
    return created;
  }

  /** Tells whether a name can be that of a file: EROFS ends the last name of a block with a NUL. */
  static boolean isLegal(Name name) {
    boolean legal = name.length() > 0 && name.length() <= Name.MAX_LENGTH;
    for (int i = 0; legal && i < name.length(); i++) {
      legal = name.byteAt(i) != 0 && name.byteAt(i) != '/';
    }
    return legal;
  }

  /** Puts a link's target before the rest of the path; returns whether it begins at the root. */
  private static boolean push(Deque<Name> rest, byte[] target) throws PosixException {
    if (target.length == 0) {
      throw new PosixException(Errno.ENOENT, "a symbolic link to nowhere");
    }
    List<Name> names = split(target);
    for (int i = names.size() - 1; i >= 0; i--) {
      rest.push(names.get(i));
    }
    return target[0] == '/';
  }

  /** Returns the names in a path, without empty ones and {@code .}. */
  static List<Name> split(byte[] path) {
    List<Name> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        boolean dot = i == start + 1 && path[start] == '.';
        if (i > start && !dot) {
          names.add(Name.ofBytes(path, start, i));
        }
        start = i + 1;
      }
    }
    return names;
  }

  /** Returns a path as bytes, its names joined with slashes. */
  static byte[] join(List<Name> path) {
    int length = Math.max(0, path.size() - 1);
    for (Name name : path) {
      length += name.length();
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (Name name : path) {
      if (at > 0) {
        joined[at++] = '/';
      }
      System.arraycopy(name.toBytes(), 0, joined, at, name.length());
      at += name.length();
    }
    return joined;
  }
}
