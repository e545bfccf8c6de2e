package dev.layerfs.nio;

import dev.layerfs.nio.LayerFileChannel.Interrupts;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Resolved;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The operations on paths: each resolves its path, asks the view, and turns the errno into the exception that {@code
 * java.nio.file} names for it. Has no state; a tree may begin at a directory other than the root (for {@code
 * SecureDirectoryStream}), where its relative paths then begin.
 */
final class FileTree {
  private static final Name[] ROOT = {};

  private final LayerFileSystem fileSystem;
  private final PosixView view;
  private final Resolver resolver;

  FileTree(LayerFileSystem fileSystem, PosixView view, Resolver resolver) {
    this.fileSystem = fileSystem;
    this.view = view;
    this.resolver = resolver;
  }

  /** Lists the directory at which the tree begins. */
  List<DirectoryEntry> list() throws PosixException {
    return view.list(resolver.start());
  }

  LayerFileSystem fileSystem() {
    return fileSystem;
  }

  PosixView view() {
    return view;
  }

  /** Returns what a path names, or null if there is nothing. */
  @Nullable
  Node lookUp(LayerPath path, LastLink last) throws PosixException {
    return resolver.find(path.names(), last);
  }

  /** Returns what a path names, or null if there is nothing. */
  @Nullable
  Node find(LayerPath path, LastLink last) throws IOException {
    try {
      return lookUp(path, last);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  /** Returns what a path names; if there is nothing, says why. */
  Node existing(LayerPath path, LastLink last) throws IOException {
    try {
      Node node = resolver.find(path.names(), last);
      return node == null ? resolver.resolve(path.names(), last).existing() : node;
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  Stat stat(LayerPath path, LastLink last) throws IOException {
    Stat stat = statIfExists(path, last);
    if (stat == null) {
      throw Failures.missing(path);
    }
    return stat;
  }

  @Nullable
  Stat statIfExists(LayerPath path, LastLink last) throws IOException {
    try {
      Node node = resolver.find(path.names(), last);
      return node == null ? null : view.stat(node);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  Resolved resolve(LayerPath path, LastLink last) throws IOException {
    try {
      return resolver.resolve(path.names(), last);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  /** Returns a tree that begins at a directory. */
  FileTree at(LayerPath directory, LastLink last) throws IOException {
    try {
      return new FileTree(fileSystem, view, resolver.at(directory.names(), last));
    } catch (PosixException e) {
      throw Failures.ofDirectory(e, directory);
    }
  }

  /**
   * Opens a file, and creates it if the request says so.
   *
   * @param attributes those of a new file
   */
  FileChannel open(
      LayerPath path, OpenRequest request, Interrupts interrupts, FileAttribute<?>... attributes)
      throws IOException {
    FileHandle handle = handle(path, request, attributes);
    return FileChannels.of(handle, request.flags(), fileSystem, interrupts);
  }

  /**
   * Opens a file for asynchronous use, and creates it if the request says so.
   *
   * @param executor what runs the operations; null for the file system's own threads
   * @param attributes those of a new file
   */
  AsynchronousFileChannel openAsynchronously(
      LayerPath path,
      OpenRequest request,
      @Nullable ExecutorService executor,
      FileAttribute<?>... attributes)
      throws IOException {
    FileHandle handle = handle(path, request, attributes);
    return new LayerAsynchronousFileChannel(
        handle,
        request.flags(),
        fileSystem.locks(),
        executor == null ? fileSystem.threads().executor() : executor);
  }

  private FileHandle handle(LayerPath path, OpenRequest request, FileAttribute<?>... attributes)
      throws IOException {
    int mode = Options.mode(0666, attributes);
    try {
      return new FileOpener(view, resolver).open(path.names(), request, mode);
    } catch (PosixException e) {
      if (e.errno() == Errno.ELOOP && request.refusesLinks()) {
        throw new IOException(e.errno().message() + " (NOFOLLOW_LINKS specified)", e);
      }
      throw Failures.of(e, path);
    }
  }

  void createDirectory(LayerPath path, int mode) throws IOException {
    try {
      Resolved where = vacant(path);
      view.create(where.parent(), where.name(), FileType.DIRECTORY, mode, 0, 0);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  void createSymbolicLink(LayerPath path, byte[] target) throws IOException {
    try {
      Resolved where = vacant(path);
      view.symlink(where.parent(), where.name(), target);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  /** Gives a file another name. A symbolic link is not followed, as {@code link(2)} does not. */
  void createLink(LayerPath link, LayerPath existing) throws IOException {
    try {
      Node node = resolver.resolve(existing.names(), LastLink.NOFOLLOW).existing();
      Resolved where = vacant(link);
      view.link(node, where.parent(), where.name());
    } catch (PosixException e) {
      throw Failures.of(e, link, existing);
    }
  }

  private Resolved vacant(LayerPath path) throws PosixException {
    Resolved where = resolver.resolve(path.names(), LastLink.NOFOLLOW);
    if (where.node() != null) {
      throw new PosixException(Errno.EEXIST, where.name().toString());
    }
    return where;
  }

  byte[] readLink(LayerPath link) throws IOException {
    try {
      return view.readLink(existing(link, LastLink.NOFOLLOW));
    } catch (PosixException e) {
      if (e.errno() == Errno.EINVAL) {
        throw new NotLinkException(Failures.text(link));
      }
      throw Failures.of(e, link);
    }
  }

  /** Removes a file or an empty directory; false if there is none. */
  boolean deleteIfExists(LayerPath path) throws IOException {
    try {
      Resolved found = resolver.resolve(path.names(), LastLink.NOFOLLOW);
      Node node = found.node();
      if (node == null) {
        return false;
      }
      remove(found, node.type() == FileType.DIRECTORY);
      return true;
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw removalFailure(e, path);
    }
  }

  /** Removes what is not a directory ({@code unlink}). */
  void deleteFile(LayerPath path) throws IOException {
    delete(path, false);
  }

  /** Removes an empty directory ({@code rmdir}). */
  void deleteDirectory(LayerPath path) throws IOException {
    delete(path, true);
  }

  private void delete(LayerPath path, boolean directory) throws IOException {
    try {
      Resolved found = resolver.resolve(path.names(), LastLink.NOFOLLOW);
      found.existing();
      remove(found, directory);
    } catch (PosixException e) {
      throw removalFailure(e, path);
    }
  }

  private void remove(Resolved found, boolean directory) throws PosixException {
    checkRemovable(found);
    if (directory) {
      view.rmdir(found.parent(), found.name());
    } else {
      view.unlink(found.parent(), found.name());
    }
  }

  /** What Linux says of names that can't be removed (do_rmdir of fs/namei.c). */
  private static void checkRemovable(Resolved found) throws PosixException {
    switch (found.name().toString()) {
      case "" -> throw new PosixException(Errno.EBUSY, "/");
      case "." -> throw new PosixException(Errno.EINVAL, ".");
      case ".." -> throw new PosixException(Errno.ENOTEMPTY, "..");
      default -> {
        return;
      }
    }
  }

  private static IOException removalFailure(PosixException e, LayerPath path) {
    return e.errno() == Errno.ENOTEMPTY
        ? new DirectoryNotEmptyException(Failures.text(path))
        : Failures.of(e, path);
  }

  /** Renames within the view: what the new name named is replaced. */
  void rename(LayerPath from, FileTree other, LayerPath to) throws PosixException {
    Resolved source = resolver.resolve(from.names(), LastLink.NOFOLLOW);
    Resolved target = other.resolver.resolve(to.names(), LastLink.NOFOLLOW);
    source.existing();
    if (isSpecial(source.name()) || isSpecial(target.name())) {
      throw new PosixException(Errno.EBUSY, from.toString());
    }
    view.rename(
        source.parent(), source.name(), target.parent(), target.name(), Set.<RenameFlag>of());
  }

  private static boolean isSpecial(Name name) {
    String text = name.toString();
    return text.isEmpty() || text.equals(".") || text.equals("..");
  }

  LayerPath realPath(LayerPath path, LastLink last) throws IOException {
    try {
      if (last == LastLink.FOLLOW) {
        return fileSystem.path(resolver.realPath(path.names()));
      }
      return realPathKeepingLinks(path);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  /** Removes {@code .}, and {@code ..} wherever that does not change what the path names. */
  private LayerPath realPathKeepingLinks(LayerPath path) throws IOException {
    LayerPath real = new LayerPath(fileSystem, true, ROOT);
    for (Name name : path.names()) {
      String text = name.toString();
      boolean up =
          text.equals("..") && existing(real, LastLink.NOFOLLOW).type() != FileType.SYMLINK;
      if (up) {
        Path parent = real.getParent();
        real = parent == null ? real : (LayerPath) parent;
      } else if (!text.equals(".")) {
        real = real.resolve(name);
      }
    }
    existing(real, LastLink.NOFOLLOW);
    return real;
  }

  /** Whether two paths name the same file. Both must exist, unless they are equal, or of views that have none in common. */
  static boolean isSameFile(LayerPath one, LayerPath two) throws IOException {
    FileTree first = one.tree();
    FileTree second = two.tree();
    return one.equals(two)
        || (first.view == second.view
            && first.existing(one, LastLink.FOLLOW).equals(second.existing(two, LastLink.FOLLOW)));
  }

  /** Checks access as {@code access(2)} does. */
  void checkAccess(LayerPath path, Set<AccessMode> modes) throws IOException {
    Node node = existing(path, LastLink.FOLLOW);
    try {
      view.access(node, modes);
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }
}
