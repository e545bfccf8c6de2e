package dev.layerfs.nio;

import com.google.common.collect.Lists;
import com.google.common.io.Closer;
import dev.layerfs.posix.MountedRoot;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.WatchableView;
import java.io.Closeable;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
  /** What {@code /etc/passwd} and {@code /etc/group} may have unless it is said otherwise: some 20,000 users. */
  public static final int MAX_ACCOUNT_FILE_BYTES = 1 << 20;

  private final LayerFileSystemProvider provider;
  private final String id;
  private final String name;
  private final long number;
  private final LayerPath root = new LayerPath(this, true, new Name[0]);
  private final LockTable locks = new LockTable();
  private final ChannelThreads threads;
  private final FileTree tree;
  private final Accounts accounts;
  private final @Nullable Watches watches; // null if the view can't be watched
  private final List<Closeable> dependents = new ArrayList<>(); // guarded by itself
  private volatile boolean open = true; // changes while dependents is locked

  private LayerFileSystem(
      LayerFileSystemProvider provider,
      PosixView view,
      String id,
      String name,
      long number,
      int maxAccountFileBytes) {
    this.provider = provider;
    this.id = id;
    this.name = name;
    this.number = number;
    threads = new ChannelThreads("layerfs " + id);
    tree = new FileTree(this, view, new Resolver(view));
    accounts = new Accounts(tree, maxAccountFileBytes);
    watches = view instanceof WatchableView watchable ? new Watches(this, watchable) : null;
  }

  /**
   * Opens a door to a view. Until it is closed, the provider finds it by the URIs of its paths.
   *
   * @param view the view; closing the file system closes it
   * @param id what the file system is called: part of its URIs and its file keys, for example a container's id; not empty
   * @return the file system
   */
  public static LayerFileSystem of(PosixView view, String id) {
    return of(view, id, MAX_ACCOUNT_FILE_BYTES);
  }

  /**
   * Opens a door to a view, as the other method does.
   *
   * @param view the view; closing the file system closes it
   * @param id what the file system is called
   * @param maxAccountFileBytes what {@code /etc/passwd} and {@code /etc/group} may have, if names of users are to be known
   * @return the file system
   */
  public static LayerFileSystem of(PosixView view, String id, int maxAccountFileBytes) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a file system needs an id");
    }
    LayerFileSystemProvider provider = LayerFileSystemProvider.installed();
    return provider
        .fileSystems()
        .add(
            id,
            (name, number) ->
                new LayerFileSystem(provider, view, id, name, number, maxAccountFileBytes));
  }

  /**
   * Has something closed with this file system: after it, and after what was given here before. If the file system is
   * closed already it is done at once.
   *
   * @param dependent what is to be closed
   * @throws IOException if it can't be closed now
   */
  public void closeAfterwards(Closeable dependent) throws IOException {
    synchronized (dependents) {
      if (isOpen()) {
        dependents.add(dependent);
        return;
      }
    }
    dependent.close();
  }

  /** What the file system is called at all times. */
  String id() {
    return id;
  }

  /** What it is called while it is open: no two that are open have the same name. */
  String name() {
    return name;
  }

  /** The place of the file system among those of its provider: that in which they were opened. */
  long number() {
    return number;
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
   * Closes the file system, its watch services, its view, and what {@link #closeAfterwards} was told of. Operations on its
   * paths then fail, channels count as closed, and the threads of asynchronous channels end; mappings stay.
   */
  @Override
  public void close() throws IOException {
    try (Closer last = Closer.create()) { // closes what it was told last first
      synchronized (dependents) {
        if (!open) {
          return;
        }
        open = false;
        Lists.reverse(dependents).forEach(last::register);
      }
      provider.fileSystems().remove(this);
      last.register(threads);
      last.register(tree.view());
      if (watches != null) {
        watches.close();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  void checkOpen() {
    if (!open) {
      throw new ClosedFileSystemException();
    }
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
    List<FileStore> stores = new ArrayList<>();
    stores.add(store(tree.view().root()));
    for (MountedRoot mounted : tree.view().mounts()) {
      stores.add(store(mounted));
    }
    return stores;
  }

  /** Returns the store of what is on the view's own file system, or on one that is mounted in it. */
  FileStore store(Node node) {
    PosixView view = tree.view();
    int device = view.device(node);
    for (MountedRoot mounted : view.mounts()) {
      if (device != 0 && view.device(mounted.root()) == device) {
        return store(mounted);
      }
    }
    return new LayerFileStore(this, id, view.root());
  }

  private FileStore store(MountedRoot mounted) {
    return new LayerFileStore(this, path(mounted.path()).toString(), mounted.root());
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
