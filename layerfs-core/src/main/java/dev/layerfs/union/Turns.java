package dev.layerfs.union;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks for copies that are made ahead: files that share one wait for each other. Most views never copy anything, so they are
 * made when the first is asked for. Safe for use by several threads.
 */
final class Turns {
  private static final int COUNT = 64;

  private volatile ReentrantLock @Nullable [] locks;

  /** Returns the lock of an inode, always the same. */
  ReentrantLock of(long nid) {
    ReentrantLock[] made = locks;
    if (made == null) {
      made = make();
    }
    return made[Math.floorMod(Long.hashCode(nid), COUNT)];
  }

  private synchronized ReentrantLock[] make() {
    ReentrantLock[] made = locks;
    if (made == null) {
      made = new ReentrantLock[COUNT];
      Arrays.setAll(made, i -> new ReentrantLock());
      locks = made;
    }
    return made;
  }
}
