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
  private final boolean hasMounts;

  FileTree(LayerFileSystem fileSystem, PosixView view, Resolver resolver) {
    this.fileSystem = fileSystem;
    this.view = view;
    this.resolver = resolver;
    this.hasMounts = !view.mounts().isEmpty();
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

  /** What is done with a file that was looked up; if the view answers {@code ESTALE}, then with what is there after that. */
  @FunctionalInterface
  interface NodeOperation<T extends @Nullable Object> {
    /** Does it. */
    T on(PosixView view, Node node) throws IOException;
  }

  /** Looks a path up and does something with what it names; if there is nothing, says why. */
  <T extends @Nullable Object> T onNode(LayerPath path, LastLink last, NodeOperation<T> operation)
      throws IOException {
    try {
      return StaleRetry.run(() -> operation.on(view, locate(path, last)));
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  /** Looks a path up and does something with what it names; returns null if there is nothing. */
  <T> @Nullable T onNodeIfExists(LayerPath path, LastLink last, NodeOperation<T> operation)
      throws IOException {
    try {
      return StaleRetry.run(() -> {
        Node node = resolver.find(path.names(), last);
        return node == null ? null : operation.on(view, node);
      });
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  private Node locate(LayerPath path, LastLink last) throws PosixException {
    Node node = resolver.find(path.names(), last);
    return node == null ? resolver.resolve(path.names(), last).existing() : node;
  }

  /** Returns what a path names, or null if there is nothing. */
  @Nullable
  Node lookUp(LayerPath path, LastLink last) throws PosixException {
    return StaleRetry.run(() -> resolver.find(path.names(), last));
  }

  /** Returns what a path names, or null if there is nothing. */
  @Nullable
  Node find(LayerPath path, LastLink last) throws IOException {
    return onNodeIfExists(path, last, (files, node) -> node);
  }

  /** Returns what a path names; if there is nothing, says why. */
  Node existing(LayerPath path, LastLink last) throws IOException {
    return onNode(path, last, (files, node) -> node);
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
      return resolver.stat(path.names(), last);
    } catch (PosixException e) {
      if (e.errno() == Errno.ESTALE) {
        return onNodeIfExists(path, last, PosixView::stat);
      }
      throw Failures.of(e, path);
    }
  }

  /** Returns a file's attributes as {@code java.nio.file} has them; if there is none, says why. */
  StatAttributes attributes(LayerPath path, LastLink last) throws IOException {
    StatAttributes attributes = attributesIfExists(path, last);
    if (attributes == null) {
      throw Failures.missing(path);
    }
    return attributes;
  }

  /** Returns a file's attributes, or null if there is none. Where nothing is mounted there is one device, and no need of a node. */
  @Nullable
  StatAttributes attributesIfExists(LayerPath path, LastLink last) throws IOException {
    if (hasMounts) {
      return onNodeIfExists(
          path,
          last,
          (files, node) -> new StatAttributes(fileSystem, files.device(node), files.stat(node)));
    }
    Stat stat = statIfExists(path, last);
    return stat == null ? null : new StatAttributes(fileSystem, 0, stat);
  }

  Resolved resolve(LayerPath path, LastLink last) throws IOException {
    try {
      return StaleRetry.run(() -> resolver.resolve(path.names(), last));
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  /** Returns a tree that begins at a directory. */
  FileTree at(LayerPath directory, LastLink last) throws IOException {
    try {
      return StaleRetry.run(() -> startingAt(directory, last));
    } catch (PosixException e) {
      throw Failures.ofDirectory(e, directory);
    }
  }

  private FileTree startingAt(LayerPath directory, LastLink last) throws PosixException {
    return new FileTree(fileSystem, view, resolver.at(directory.names(), last));
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
      FileOpener opener = new FileOpener(view, resolver);
      return StaleRetry.run(() -> opener.open(path.names(), request, mode));
    } catch (PosixException e) {
      if (e.errno() == Errno.ELOOP && request.refusesLinks()) {
        throw new IOException(e.errno().message() + " (NOFOLLOW_LINKS specified)", e);
      }
      throw Failures.of(e, path);
    }
  }

  /** Something done with a name and not with what it names. */
  @FunctionalInterface
  private interface PlaceOperation {
    /** Does it. */
    void at(Resolved place) throws PosixException;
  }

  /** Makes something where there is nothing. */
  private void make(LayerPath path, PlaceOperation operation) throws IOException {
    try {
      atPlace(path, place -> {
        requireVacant(place);
        operation.at(place);
      });
    } catch (PosixException e) {
      throw Failures.of(e, path);
    }
  }

  private void atPlace(LayerPath path, PlaceOperation operation) throws PosixException {
    StaleRetry.run(() -> {
      operation.at(resolver.resolve(path.names(), LastLink.NOFOLLOW));
      return null;
    });
  }

  private static void requireVacant(Resolved place) throws PosixException {
    if (place.node() != null) {
      throw new PosixException(Errno.EEXIST, place.name().toString());
    }
  }

  void createDirectory(LayerPath path, int mode) throws IOException {
    make(path, place -> view.create(place.parent(), place.name(), FileType.DIRECTORY, mode, 0, 0));
  }

  void createSymbolicLink(LayerPath path, byte[] target) throws IOException {
    make(path, place -> view.symlink(place.parent(), place.name(), target));
  }

  /** Gives a file another name. A symbolic link is not followed, as {@code link(2)} does not. */
  void createLink(LayerPath link, LayerPath existing) throws IOException {
    try {
      atPlace(existing, file -> {
        Node node = file.existing();
        Resolved place = resolver.resolve(link.names(), LastLink.NOFOLLOW);
        requireVacant(place);
        view.link(node, place.parent(), place.name());
      });
    } catch (PosixException e) {
      throw Failures.of(e, link, existing);
    }
  }

  byte[] readLink(LayerPath link) throws IOException {
    return onNode(link, LastLink.NOFOLLOW, (files, node) -> {
      if (node.type() != FileType.SYMLINK) {
        throw new NotLinkException(Failures.text(link));
      }
      return files.readLink(node);
    });
  }

  /** Removes a file or an empty directory; false if there is none. */
  boolean deleteIfExists(LayerPath path) throws IOException {
    try {
      atPlace(path, found -> remove(found, found.existing().type() == FileType.DIRECTORY));
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
      atPlace(path, found -> {
        found.existing();
        remove(found, directory);
      });
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
    atPlace(from, source -> {
      Resolved target = other.resolver.resolve(to.names(), LastLink.NOFOLLOW);
      source.existing();
      if (isSpecial(source.name()) || isSpecial(target.name())) {
        throw new PosixException(Errno.EBUSY, from.toString());
      }
      view.rename(
          source.parent(), source.name(), target.parent(), target.name(), Set.<RenameFlag>of());
    });
  }

  private static boolean isSpecial(Name name) {
    String text = name.toString();
    return text.isEmpty() || text.equals(".") || text.equals("..");
  }

  LayerPath realPath(LayerPath path, LastLink last) throws IOException {
    try {
      if (last == LastLink.FOLLOW) {
        return fileSystem.path(StaleRetry.run(() -> resolver.realPath(path.names())));
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

  /**
   * Checks access as {@code access(2)} does; but what is below a file is only missing, as it is to the JDK's provider since
   * JDK 20.
   */
  void checkAccess(LayerPath path, Set<AccessMode> modes) throws IOException {
    Node checked = onNodeIfExists(path, LastLink.FOLLOW, (files, node) -> {
      files.access(node, modes);
      return node;
    });
    if (checked == null) {
      throw Failures.missing(path);
    }
  }
}
