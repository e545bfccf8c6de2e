package dev.layerfs.nio;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.WatchableView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PosixView} as a {@link FileSystem}: paths, links, options, attributes and exceptions as the JDK's own provider
 * has them on Linux for a process that is root, or whom the view acts for, except that:
 *
 * <ul>
 *   <li>symbolic links never lead out of the file system; its working directory is its root;
 *   <li>permissions given at creation are set as they are, other new files get 0644, directories 0755;
 *   <li>files can be mapped into memory where the view's host can do it; a mapping made before a file of the image is
 *       copied up keeps showing the image's bytes, as with overlayfs;
 *   <li>a {@code WatchService} reports a change as soon as it is made, that of a file with several names under each that
 *       is known so far, and not what became of a file after its last name was deleted; it takes no modifiers;
 *   <li>locks are known to this file system only, not to other processes;
 *   <li>pipes, sockets and devices can be copied, moved and deleted, but not opened.
 * </ul>
 *
 * <p>Safe for use by several threads.
 */
public final class LayerFileSystem extends FileSystem {
  private final String id;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final LayerFileSystemProvider provider = new LayerFileSystemProvider(this);
  private final LayerPath root = new LayerPath(this, true, new Name[0]);
  private final LockTable locks = new LockTable();
  private final ChannelThreads threads;
  private final FileTree tree;
  private final Accounts accounts;
  private final @Nullable Watches watches; // null if the view can't be watched

  private LayerFileSystem(PosixView view, String id) {
    this.id = id;
    threads = new ChannelThreads("layerfs " + id);
    tree = new FileTree(this, view, new Resolver(view));
    accounts = new Accounts(tree);
    watches = view instanceof WatchableView watchable ? new Watches(this, watchable) : null;
  }

  /**
   * Opens a door to a view.
   *
   * @param view the view; closing the file system closes it
   * @param id what the file system is called: the authority of its URIs and part of its file keys, for example a
   *     container's id or an image's reference
   * @return the file system
   */
  public static FileSystem of(PosixView view, String id) {
    return new LayerFileSystem(view, id);
  }

  String id() {
    return id;
  }

  LayerPath root() {
    return root;
  }

  FileTree tree() {
    return tree;
  }

  LockTable locks() {
    return locks;
  }

  ChannelThreads threads() {
    return threads;
  }

  Accounts accounts() {
    return accounts;
  }

  /** Returns who is told of changes. */
  Watches watches() {
    if (watches == null) {
      throw new UnsupportedOperationException("the view can't be watched");
    }
    return watches;
  }

  /** Returns an absolute path. */
  LayerPath path(List<Name> names) {
    return new LayerPath(this, true, names.toArray(new Name[0]));
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  /**
   * Closes the file system, its watch services and its view. Operations on its paths then fail, channels count as closed,
   * and the threads of asynchronous channels end; mappings stay.
   */
  @Override
  public void close() throws IOException {
    if (open.getAndSet(false)) {
      if (watches != null) {
        watches.close();
      }
      try {
        tree.view().close();
      } finally {
        threads.close();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return open.get();
  }

  @Override
  public boolean isReadOnly() {
    try {
      return tree.view().statfs().readOnly();
    } catch (PosixException e) {
      if (!isOpen()) {
        throw new ClosedFileSystemException();
      }
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(root);
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new LayerFileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return FileAttributeViews.NAMES;
  }

  @Override
  public Path getPath(String first, String... more) {
    return LayerPath.ofBytes(this, PathText.encode(PathText.join(first, more)));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return Patterns.matcher(syntaxAndPattern);
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return accounts;
  }

  /**
   * Opens a watch service.
   *
   * @return the service; the file system closes it if nobody else does
   * @throws UnsupportedOperationException if the view is not a {@link WatchableView}
   * @throws ClosedFileSystemException if the file system is closed
   */
  @Override
  public WatchService newWatchService() {
    return watches().open();
  }

  /** Returns the id. */
  @Override
  public String toString() {
    return id;
  }
}
