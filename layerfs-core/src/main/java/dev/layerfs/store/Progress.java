package dev.layerfs.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Adds up how far a piece of work is; what is done twice does not count twice. Safe for use by several threads; the listener is
 * told by one at a time.
 */
public final class Progress {
  /** The total of work that nobody knows the size of. */
  public static final long UNKNOWN = -1;

  /** Work that nobody watches. */
  public static final Listener NOBODY = (what, doneBytes, totalBytes) -> {};

  /** A listener would be told too often otherwise. */
  private static final long STEP = 1 << 20;

  private final Listener listener;
  private final long total;
  private final ReentrantLock lock = new ReentrantLock();
  private long done; // guarded by lock
  private long told; // guarded by lock

  /** Is told how far a piece of work is, by one thread at a time. Whatever it throws ends the work. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Takes the state of the work.
     *
     * @param what what has advanced
     * @param doneBytes bytes that are done, or need not be
     * @param totalBytes bytes in all, or {@link #UNKNOWN}
     */
    void progress(String what, long doneBytes, long totalBytes);
  }

  /**
   * Begins.
   *
   * @param listener who is told
   * @param total bytes in all, or {@link #UNKNOWN}
   */
  public Progress(Listener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  /** Adds bytes of something. */
  public void advance(String what, long bytes) {
    lock.lock();
    try {
      done = total == UNKNOWN ? done + bytes : Math.min(total, done + bytes);
      if (done - told >= STEP || done == total && told < total) {
        told = done;
        listener.progress(what, done, total);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns a stream whose bytes count as they are read, until its thread is interrupted.
   *
   * @param in the stream, closed with the one that is returned
   * @param what what it is read for
   */
  public InputStream counting(InputStream in, String what) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        Interruption.check(what);
        int read = super.read(bytes, offset, length);
        if (read > 0) {
          advance(what, read);
        }
        return read;
      }
    };
  }
}
