package dev.layerfs.union;

import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A lock that many share or one has alone. A view has one for the whole of its upper, and one for the names of each
 * directory in it:
 *
 * <ul>
 *   <li>who looks at the upper shares the first and the directory's, so readers never wait for readers;
 *   <li>who changes names in directories that are in the upper shares the first and has those directories alone, so
 *       writers in different directories don't wait for each other;
 *   <li>who does anything else (copies directories up, moves or removes them, changes several inodes at once) has the
 *       first alone, and needs no other.
 * </ul>
 *
 * <p>The first comes before the others, and those come in the order of the directories' nids. A thread that shares a lock
 * must not ask to have it alone.
 */
final class Locks {
  private final Held sharedHeld;
  private final Held aloneHeld;
  private final Lock shared;
  private final Lock alone;

  Locks() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    shared = lock.readLock();
    alone = lock.writeLock();
    sharedHeld = shared::unlock;
    aloneHeld = alone::unlock;
  }

  /** A lock that is held until it is closed, by the thread that took it. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held shared() {
    shared.lock();
    return sharedHeld;
  }

  Held alone() {
    alone.lock();
    return aloneHeld;
  }

  /** Takes the names of directories, to change them. */
  static Held namesOf(UpperDirectory... directories) {
    if (directories.length == 1) {
      return directories[0].names.alone();
    }
    UpperDirectory[] ordered = directories.clone();
    Arrays.sort(ordered, Comparator.comparingLong(directory -> directory.nid));
    for (UpperDirectory directory : ordered) {
      directory.names.alone.lock();
    }
    return () -> {
      for (UpperDirectory directory : ordered) {
        directory.names.alone.unlock();
      }
    };
  }
}
