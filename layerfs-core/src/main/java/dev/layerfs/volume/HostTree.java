package dev.layerfs.volume;

import com.google.common.collect.MapMaker;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.EventQueue;
import dev.layerfs.union.LostWrites;
import dev.layerfs.union.Quota;
import dev.layerfs.volume.HostNode.Located;
import dev.layerfs.volume.HostNode.Place;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a host beneath one place, which any number of views show. Nothing that it remembers is taken for true without
 * asking the host: other processes may use the objects as well. Names and attributes are changed by one thread of this process
 * at a time, so that what takes the host several steps is one.
 */
final class HostTree {
  private final HostFiles files;
  private final Path rootPath;
  private final HostNode root;
  private final @Nullable Quota quota;
  private final boolean alone;
  private final EventQueue events = new EventQueue();
  private final Unsynced unsynced = new Unsynced();
  private final LostWrites lost = new LostWrites();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final ConcurrentMap<Long, HostNode> nodes =
      new MapMaker().weakValues().makeMap();
  private final AtomicLong moves = new AtomicLong(); // of directories

  /**
   * Opens a tree.
   *
   * @param files how the objects are kept
   * @param rootPath a directory or regular file
   * @param quota what is charged for objects, null for nothing
   * @param alone whether nobody else can use the objects
   */
  HostTree(HostFiles files, Path rootPath, @Nullable Quota quota, boolean alone)
      throws PosixException {
    this.files = files;
    this.rootPath = rootPath;
    this.quota = quota;
    this.alone = alone;
    Stat stat = files.stat(rootPath);
    if (stat.type() != FileType.DIRECTORY && stat.type() != FileType.REGULAR) {
      throw new PosixException(Errno.ENOTDIR, rootPath + ": neither directory nor regular file");
    }
    this.root = new HostNode(this, stat.type(), stat.inode(), List.of());
  }

  /** Something done with the tree. */
  @FunctionalInterface
  interface Step<T extends @Nullable Object> {
    T take() throws PosixException;
  }

  /** Reads what one operation of this process must not change meanwhile. */
  <T extends @Nullable Object> T reading(Step<T> step) throws PosixException {
    return locked(lock.readLock(), step);
  }

  /** Changes names or attributes; then watchers are told. */
  <T extends @Nullable Object> T changing(Step<T> step) throws PosixException {
    try {
      return locked(lock.writeLock(), step);
    } finally {
      events.deliver();
    }
  }

  /** A change that gives nothing back. */
  @FunctionalInterface
  interface Change {
    void make() throws PosixException;
  }

  /** Changes names or attributes; then watchers are told. */
  void change(Change change) throws PosixException {
    changing(() -> {
      change.make();
      return true;
    });
  }

  private static <T extends @Nullable Object> T locked(Lock lock, Step<T> step)
      throws PosixException {
    lock.lock();
    try {
      return step.take();
    } finally {
      lock.unlock();
    }
  }

  HostFiles files() {
    return files;
  }

  HostNode root() {
    return root;
  }

  @Nullable
  Quota quota() {
    return quota;
  }

  /** Whether nobody else can use the objects. */
  boolean alone() {
    return alone;
  }

  EventQueue events() {
    return events;
  }

  Unsynced unsynced() {
    return unsynced;
  }

  /**
   * Makes something durable, unless that has failed before. What other providers fail to do is not remembered: a server that
   * can't be reached has not forgotten what it was told.
   */
  void force(LostWrites.Force force) throws PosixException {
    if (rootPath.getFileSystem().equals(FileSystems.getDefault())) {
      lost.force(rootPath, force);
    } else {
      force.run();
    }
  }

  /** An object at the place where it was found just now. */
  record Found(Path path, Stat stat) {}

  /**
   * Finds a node.
   *
   * @throws PosixException {@link Errno#ESTALE} if it is not at any place known
   */
  Found find(HostNode node) throws PosixException {
    if (node.equals(root)) {
      return new Found(rootPath, files.stat(rootPath));
    }
    if (node.removed() == null) {
      for (Place place : node.places()) {
        Found found = findAt(node, place);
        if (found != null) {
          node.found(place);
          return found;
        }
      }
    }
    throw new PosixException(Errno.ESTALE, node.toString());
  }

  private @Nullable Found findAt(HostNode node, Place place) throws PosixException {
    Located known = node.located();
    long now = moves.get();
    if (known != null && known.moves() == now && known.place().equals(place)) {
      Found found = findAt(node, known.path());
      if (found != null) {
        return found;
      } // somebody else may have moved a directory on the way
    }
    Path path = path(place);
    node.located(new Located(place, now, path));
    return findAt(node, path);
  }

  private @Nullable Found findAt(HostNode node, Path path) throws PosixException {
    Stat stat = statIfExists(path);
    return stat != null && stat.type() == node.type() && stat.inode() == node.inode()
        ? new Found(path, stat)
        : null;
  }

  /** Finds a directory, to look for names in it; null if this process has removed it. */
  @Nullable
  Path findDirectory(HostNode directory) throws PosixException {
    return directory.removed() == null ? find(directory).path() : null;
  }

  /** Returns the attributes of what is at a path, or null if there is nothing. */
  @Nullable
  Stat statIfExists(Path path) throws PosixException {
    try {
      return files.stat(path);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  private Path path(Place place) throws PosixException {
    List<Place> way = new ArrayList<>();
    way.add(place);
    for (HostNode d = place.directory();
        !d.places().isEmpty();
        d = way.get(way.size() - 1).directory()) {
      way.add(d.places().get(0));
    }
    Path path = rootPath;
    for (int i = way.size() - 1; i >= 0; i--) {
      path = files.resolve(path, way.get(i).name());
    }
    return path;
  }

  /** Returns the node of what was found at a place. */
  HostNode node(Stat stat, HostNode directory, Name name) {
    Place place = new Place(directory, name);
    HostNode node = nodes.compute(stat.inode(), (inode, known) -> {
      boolean same = known != null && known.type() == stat.type() && known.removed() == null;
      return same ? known : new HostNode(this, stat.type(), inode, List.of(place));
    });
    node.found(place);
    return node;
  }

  /** A node was moved from one place to another. */
  void moved(HostNode node, Place from, Place to) {
    node.found(to);
    node.lost(from);
    if (node.type() == FileType.DIRECTORY) {
      moves.incrementAndGet();
    }
  }

  /**
   * A name of a node is gone.
   *
   * @param stat its attributes before
   * @return whether it was the last one
   */
  boolean unlinked(HostNode node, Place place, Stat stat) {
    boolean last = node.type() == FileType.DIRECTORY || stat.links() <= 1;
    if (last) {
      node.removed(stat);
      nodes.remove(stat.inode(), node);
      if (quota != null && node.handles.get() == 0) {
        release(stat.size(), node.type());
      }
    } else {
      node.lost(place);
    }
    return last;
  }

  /** Gives back what an object was charged with. */
  void release(long size, FileType type) {
    if (quota != null) {
      quota.release(type == FileType.REGULAR ? Quota.space(size) : 0, 1);
    }
  }

  /**
   * Fills an empty file with the content of another, if the host can do that by itself.
   *
   * @return whether it was done
   */
  boolean copyRange(HostNode target, HostTree other, HostNode source) throws PosixException {
    Found found = other.find(source);
    Path content = other.files.content(found.path());
    return quota == null
        && changing(
            () -> files.copyRange(find(target).path(), content, 0, found.stat().size()));
  }

  /** Returns the figures of the quota, if it has a limit, else of the host's file system. */
  FileSystemStat figures(boolean readOnly) throws PosixException {
    if (quota != null && quota.maxBytes() != Quota.UNLIMITED) {
      long free = Math.max(0, quota.maxBytes() - quota.usedBytes()) / Quota.BLOCK;
      return new FileSystemStat(Quota.BLOCK, quota.maxBytes() / Quota.BLOCK, free, free, readOnly);
    }
    Path content = files.content(rootPath);
    return new ProviderCalls(content).get(content, () -> {
      FileStore store = Files.getFileStore(content);
      return new FileSystemStat(
          Quota.BLOCK,
          store.getTotalSpace() / Quota.BLOCK,
          store.getUnallocatedSpace() / Quota.BLOCK,
          store.getUsableSpace() / Quota.BLOCK,
          readOnly);
    });
  }

  /** Notes that a node was modified, under each of the names that are known. */
  void noteModified(HostNode node) {
    if (!events.isIdle()) {
      for (Place place : node.places()) {
        events.note(place.directory(), place.name(), NameEvent.MODIFIED);
      }
    }
  }
}
