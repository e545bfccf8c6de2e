package dev.layerfs.testing;

import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;

/** The garbage collector, which alone ends mappings of files. */
public final class Garbage {
  private static final int COLLECTIONS = 30;
  private static final int MAX_WAIT_MILLIS = 2_000;

  private Garbage() {}

  /** Something that may become true when objects have been collected. */
  @FunctionalInterface
  public interface Condition {
    /** Tells whether it is. */
    boolean holds() throws IOException;
  }

  /** Collects until a condition holds, and tells whether it does; gives up after some collections. */
  public static boolean collectUntil(Condition condition) throws IOException {
    for (int i = 0; i < COLLECTIONS; i++) {
      if (condition.holds()) {
        return true;
      }
      collect();
    }
    return condition.holds();
  }

  /** Collects, and waits until the collector has found an object that was dropped before. */
  private static void collect() throws IOException {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    Reference<Object> dropped = new PhantomReference<>(new Object(), found);
    System.gc();
    try {
      found.remove(MAX_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Reference.reachabilityFence(dropped);
    }
  }
}
