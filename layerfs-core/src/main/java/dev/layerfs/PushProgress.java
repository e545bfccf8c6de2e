package dev.layerfs;

import java.util.concurrent.locks.ReentrantLock;

/** Adds up how far the blobs of a push are; what is sent twice does not count twice. Safe for use by several threads. */
final class PushProgress {
  /** A listener would be told too often otherwise. */
  private static final long STEP = 1 << 20;

  private final ProgressListener listener;
  private final long total;
  private final ReentrantLock lock = new ReentrantLock();
  private long done; // guarded by lock
  private long told; // guarded by lock

  PushProgress(ProgressListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  void advance(String what, long bytes) {
    lock.lock();
    try {
      done = Math.min(total, done + bytes);
      if (done - told >= STEP || done == total && told < total) {
        told = done;
        listener.progress(what, done, total);
      }
    } finally {
      lock.unlock();
    }
  }
}
