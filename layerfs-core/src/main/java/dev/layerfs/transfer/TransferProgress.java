package dev.layerfs.transfer;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Adds up how far a load or push is; what is sent twice does not count twice. Safe for use by several threads; the listener is
 * told by one at a time.
 */
public final class TransferProgress {
  /** A listener would be told too often otherwise. */
  private static final long STEP = 1 << 20;

  private final LoadListener listener;
  private final long total;
  private final ReentrantLock lock = new ReentrantLock();
  private long done; // guarded by lock
  private long told; // guarded by lock

  /**
   * Begins.
   *
   * @param listener who is told
   * @param total bytes in all
   */
  public TransferProgress(LoadListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  /** Adds bytes of something. */
  public void advance(String what, long bytes) {
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
