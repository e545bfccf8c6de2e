package dev.layerfs.nio;

import dev.layerfs.nio.LayerFileChannel.Interrupts;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver.LastLink;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open directory: its entries as they were when it was opened, and operations relative to it, wherever it is moved
 * to.
 */
final class LayerDirectoryStream implements SecureDirectoryStream<Path> {
  private final FileTree tree; // begins at the directory
  private final LayerPath directory;
  private final DirectoryStream.Filter<? super Path> filter;
  private List<DirectoryEntry> entries;
  private boolean iterating;
  private volatile boolean closed;

  private LayerDirectoryStream(
      FileTree tree,
      LayerPath directory,
      List<DirectoryEntry> entries,
      DirectoryStream.Filter<? super Path> filter) {
    this.tree = tree;
    this.directory = directory;
    this.entries = entries;
    this.filter = filter;
  }

  /**
   * Opens a directory.
   *
   * @param tree where the path begins
   * @param path the path of the directory, also of its entries
   */
  static LayerDirectoryStream open(
      FileTree tree, LayerPath path, LastLink last, DirectoryStream.Filter<? super Path> filter)
      throws IOException {
    return open(tree.at(path, last), path, filter);
  }

  private static LayerDirectoryStream open(
      FileTree tree, LayerPath directory, DirectoryStream.Filter<? super Path> filter)
      throws IOException {
    try {
      return new LayerDirectoryStream(tree, directory, tree.list(), filter);
    } catch (PosixException e) {
      throw Failures.ofDirectory(e, directory);
    }
  }

  @Override
  public synchronized Iterator<Path> iterator() {
    if (closed || !tree.fileSystem().isOpen()) {
      throw new ClosedDirectoryStreamException();
    }
    if (iterating) {
      throw new IllegalStateException("Iterator already obtained");
    }
    iterating = true;
    Iterator<Path> iterator = new Entries(entries.iterator());
    entries = List.of();
    return iterator;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public SecureDirectoryStream<Path> newDirectoryStream(Path path, LinkOption... options)
      throws IOException {
    LayerPath own = own(path);
    FileTree there = tree(own).at(own, Options.lastLink(options));
    return open(there, (LayerPath) directory.resolve(own), entry -> true);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    LayerPath own = own(path);
    return tree(own).open(own, OpenRequest.of(options), Interrupts.CLOSE, attributes);
  }

  @Override
  public void deleteFile(Path path) throws IOException {
    tree(own(path)).deleteFile(own(path));
  }

  @Override
  public void deleteDirectory(Path path) throws IOException {
    tree(own(path)).deleteDirectory(own(path));
  }

  @Override
  public void move(Path source, SecureDirectoryStream<Path> targetDirectory, Path target)
      throws IOException {
    if (!(Objects.requireNonNull(targetDirectory) instanceof LayerDirectoryStream other)) {
      throw new ProviderMismatchException();
    }
    LayerPath from = own(source);
    LayerPath to = other.own(target);
    FileTree there = other.tree(to);
    if (other.tree.fileSystem() != tree.fileSystem()) {
      throw FileMover.notAtomic(from, to);
    }
    try {
      tree(from).rename(from, there, to);
    } catch (PosixException e) {
      if (e.errno() == Errno.EXDEV) {
        throw FileMover.notAtomic(from, to);
      }
      throw Failures.of(e, from, to);
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(Class<V> type) {
    LayerPath self = LayerPath.ofBytes(tree.fileSystem(), new byte[0]);
    return FileAttributeViews.of(type, tree(self), self, LastLink.FOLLOW);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    LayerPath own = own(path);
    return FileAttributeViews.of(type, tree(own), own, Options.lastLink(options));
  }

  private LayerPath own(Path path) {
    return LayerPath.of(path, tree.fileSystem());
  }

  /** Where a path begins. */
  private FileTree tree(LayerPath path) {
    if (closed) {
      throw new ClosedDirectoryStreamException();
    }
    return path.isAbsolute() ? tree.fileSystem().tree() : tree;
  }

  private final class Entries implements Iterator<Path> {
    private final Iterator<DirectoryEntry> rest;
    private @Nullable Path next;

    Entries(Iterator<DirectoryEntry> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !closed && rest.hasNext()) {
        Path path = directory.resolve(rest.next().name());
        if (isAccepted(path)) {
          next = path;
        }
      }
      return next != null;
    }

    @Override
    public Path next() {
      Path path = hasNext() ? next : null;
      if (path == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return path;
    }

    private boolean isAccepted(Path path) {
      try {
        return filter.accept(path);
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }
  }
}
