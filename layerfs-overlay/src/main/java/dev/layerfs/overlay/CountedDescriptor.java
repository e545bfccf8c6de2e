package dev.layerfs.overlay;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A descriptor that several threads use, and one closes. The number of a descriptor that was closed is given to the next file
 * that anybody opens; so it is closed by whoever leaves it last, and nobody gets in after that was decided. Thread-safe.
 */
final class CountedDescriptor {
  /** The sign bit: nobody may enter any more. The rest counts who is in. */
  private static final int CLOSING = Integer.MIN_VALUE;

  private final Descriptor descriptor;
  private final AtomicInteger users = new AtomicInteger();

  CountedDescriptor(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Returns the descriptor's number, to be used only between {@link #enter} and {@link #leave}. */
  int number() {
    return descriptor.number();
  }

  /** Keeps the descriptor open until {@link #leave}; returns false if it is closed, or is about to be. */
  boolean enter() {
    int now = users.get();
    while (now >= 0) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
      now = users.get();
    }
    return false;
  }

  /** Ends what {@link #enter} began. */
  void leave() {
    if (users.decrementAndGet() == CLOSING) {
      descriptor.close();
    }
  }

  /**
   * Closes the descriptor as soon as nobody uses it, which may be now. Does nothing the second time.
   *
   * @return 0, or a negative errno: the file system, such as NFS, has lost what was written before. Nobody learns that from a
   *     descriptor that somebody else closes
   */
  long close() {
    return users.getAndUpdate(now -> now | CLOSING) == 0 ? FileCalls.close(number()) : 0;
  }
}
