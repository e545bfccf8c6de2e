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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What power loss may still take from a view: inodes that were changed, and whole uppers, of which nobody knows what was; and
 * what the disk has failed to keep ({@link LostWrites}), until that is thrown away. Safe for use by several threads.
 */
final class Unsynced {
  private final Set<UpperInode> inodes = ConcurrentHashMap.newKeySet();
  private final Set<Upper> uppers;
  private final Set<Batch> underWay = new HashSet<>();
  private final LostWrites lost = new LostWrites();
  private final Set<Upper> incomplete = new HashSet<>(); // those that may have lost something
  private final Syncing each;

  /** Makes one inode durable. */
  @FunctionalInterface
  interface Syncing {
    void sync(UpperInode inode) throws PosixException;
  }

  /** What one call makes durable; the same as no other. */
  private static final class Batch {
    final Set<UpperInode> inodes;
    final Set<Upper> uppers;

    Batch(Collection<UpperInode> inodes, Collection<Upper> uppers) {
      this.inodes = new HashSet<>(inodes);
      this.uppers = new HashSet<>(uppers);
    }
  }

  /**
   * Begins with what an earlier view may have left.
   *
   * @param each makes an inode durable
   * @param unknown uppers that were written to before
   */
  Unsynced(Syncing each, List<Upper> unknown) {
    this.each = each;
    this.uppers = new HashSet<>(unknown);
  }

  void add(UpperInode inode) {
    inodes.add(inode);
  }

  /**
   * The view's upper is now beneath another; what of it is not durable is not found by its inodes any more.
   *
   * @param before the upper as it was
   * @param covered the same, where it is now
   */
  synchronized void cover(Upper before, Upper covered) {
    if (!inodes.isEmpty() || !uppers.isEmpty() || !underWay.isEmpty()) {
      uppers.add(covered);
    }
    inodes.clear();
    if (incomplete.remove(before)) {
      incomplete.add(covered);
    }
  }

  /**
   * What was changed is thrown away.
   *
   * @param left the uppers that stay
   */
  synchronized void forget(Collection<Upper> left) {
    inodes.clear();
    incomplete.retainAll(left);
    if (incomplete.isEmpty()) {
      lost.forget();
    }
  }

  /**
   * Makes everything durable.
   *
   * @param upper the view's upper
   * @throws PosixException if that fails; {@link dev.layerfs.posix.Errno#EIO} if it has failed before
   */
  void sync(Upper upper) throws PosixException {
    lost.check(upper.root());
    Batch batch = begin();
    try {
      if (!batch.inodes.isEmpty() || !batch.uppers.isEmpty()) {
        force(upper, batch.uppers, () -> sync(upper, batch));
      }
    } catch (PosixException e) {
      keep(batch);
      throw e;
    } finally {
      end(batch);
    }
  }

  /** Makes one thing of the view's upper durable. */
  void force(Upper upper, LostWrites.Force force) throws PosixException {
    force(upper, Set.of(), force);
  }

  private void force(Upper upper, Set<Upper> others, LostWrites.Force force) throws PosixException {
    lost.check(upper.root());
    try {
      force.run();
    } catch (PosixException e) {
      noteLoss(e, upper, others);
      throw e;
    }
    lost.check(upper.root()); // the kernel tells one of several callers, perhaps another one
  }

  private synchronized void noteLoss(PosixException failure, Upper upper, Set<Upper> others) {
    if (lost.note(failure)) {
      incomplete.addAll(others);
      incomplete.add(upper);
    }
  }

  /** Takes what is not durable; what another call is about to make durable, too: that one may fail. */
  private synchronized Batch begin() {
    Batch batch = new Batch(inodes, uppers);
    batch.inodes.forEach(inodes::remove);
    uppers.clear();
    for (Batch other : underWay) {
      batch.inodes.addAll(other.inodes);
      batch.uppers.addAll(other.uppers);
    }
    underWay.add(batch);
    return batch;
  }

  private synchronized void keep(Batch batch) {
    inodes.addAll(batch.inodes);
    uppers.addAll(batch.uppers);
  }

  private synchronized void end(Batch batch) {
    underWay.remove(batch);
  }

  private void sync(Upper upper, Batch batch) throws PosixException {
    if (upper.host().syncAll()) {
      return;
    }
    for (UpperInode inode : batch.inodes) {
      each.sync(inode);
    }
    for (Upper one : batch.uppers) {
      syncTree(one);
    }
  }

  /** Makes durable all that an upper holds. */
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
    upper.syncName();
  }
}
