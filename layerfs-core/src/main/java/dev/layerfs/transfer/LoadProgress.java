package dev.layerfs.transfer;

import java.util.concurrent.locks.ReentrantLock;

/** Adds up how far the layers of a load are. Safe for use by several threads; the listener is told by one at a time. */
final class LoadProgress {
  /** A listener would be told too often otherwise. */
  private static final long STEP = 1 << 20;

  private final LoadListener listener;
  private final long total;
  private final ReentrantLock lock = new ReentrantLock();
  private long done; // guarded by lock
  private long told; // guarded by lock

  LoadProgress(LoadListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  void advance(String what, long bytes) {
    lock.lock();
    try {
      done += bytes;
      if (done - told >= STEP || done == total) {
        told = done;
        listener.progress(what, done, total);
      }
    } finally {
      lock.unlock();
    }
  }
}
