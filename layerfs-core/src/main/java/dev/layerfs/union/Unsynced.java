package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What power loss may still take from a view: inodes that were changed, and whole uppers, of which nobody knows what was. Safe
 * for use by several threads.
 */
final class Unsynced {
  private final Set<UpperInode> inodes = ConcurrentHashMap.newKeySet();
  private final Set<Upper> uppers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger syncing = new AtomicInteger();
  private final Syncing each;

  /** Makes one inode durable. */
  @FunctionalInterface
  interface Syncing {
    void sync(UpperInode inode) throws PosixException;
  }

  /**
   * Begins with what an earlier view may have left.
   *
   * @param each makes an inode durable
   * @param unknown uppers that were written to before
   */
  Unsynced(Syncing each, List<Upper> unknown) {
    this.each = each;
    uppers.addAll(unknown);
  }

  void add(UpperInode inode) {
    inodes.add(inode);
  }

  /** The view's upper is now beneath another; what of it is not durable is not found by its inodes any more. */
  void cover(Upper covered) {
    if (!inodes.isEmpty() || !uppers.isEmpty() || syncing.get() > 0) {
      uppers.add(covered);
    }
    inodes.clear();
  }

  /** What was changed is thrown away. */
  void forget() {
    inodes.clear();
  }

  /**
   * Makes everything durable.
   *
   * @param upper the view's upper
   */
  void sync(Upper upper) throws PosixException {
    List<UpperInode> changed = List.copyOf(inodes);
    List<Upper> unknown = List.copyOf(uppers);
    if (changed.isEmpty() && unknown.isEmpty()) {
      return;
    }
    syncing.incrementAndGet();
    try {
      changed.forEach(inodes::remove);
      unknown.forEach(uppers::remove);
      if (!upper.host().syncAll()) {
        syncEach(changed);
        for (Upper one : unknown) {
          syncTree(one);
        }
      }
    } catch (PosixException e) {
      inodes.addAll(changed);
      uppers.addAll(unknown);
      throw e;
    } finally {
      syncing.decrementAndGet();
    }
  }

  private void syncEach(Collection<UpperInode> changed) throws PosixException {
    for (UpperInode inode : changed) {
      each.sync(inode);
    }
  }

  /** Makes durable all that an upper holds. */
  static void syncAll(Upper upper) throws PosixException {
    if (!upper.host().syncAll()) {
      syncTree(upper);
    }
  }

  private static void syncTree(Upper upper) throws PosixException {
    HostFiles host = upper.host();
    if (Files.notExists(upper.root(), LinkOption.NOFOLLOW_LINKS)) {
      return; // thrown away since
    }
    Deque<Path> todo = new ArrayDeque<>(List.of(upper.root()));
    while (!todo.isEmpty()) {
      Path place = todo.pop();
      host.sync(place);
      if (host.stat(place).type() == FileType.DIRECTORY) {
        for (Name name : host.list(place)) {
          todo.push(host.resolve(place, name));
        }
      }
    }
  }
}
