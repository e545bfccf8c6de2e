package dev.layerfs.store;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * How work heeds an interrupt of its thread: it ends with {@link InterruptedIOException}, wherever the interrupt meets it, and
 * the interrupt status stays set.
 */
public final class Interruption {
  private Interruption() {}

  /** Something that can be interrupted. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /**
   * Ends the work if the thread is interrupted; for loops that need not meet a channel.
   *
   * @param what what is being done
   * @throws InterruptedIOException if the thread is interrupted
   */
  public static void check(String what) throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted: " + what);
    }
  }

  /**
   * Does work, in which the JDK's channels, which an interrupt closes, and views over them may say it in their own words.
   *
   * @param what what is being done
   * @throws InterruptedIOException if the thread was interrupted
   */
  public static <T> T heeded(String what, Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (ClosedByInterruptException e) {
      throw interrupted(what, e);
    } catch (PosixException e) {
      throw e.errno() == Errno.EINTR ? interrupted(what, e) : e;
    }
  }

  private static InterruptedIOException interrupted(String what, IOException cause) {
    InterruptedIOException interrupted = new InterruptedIOException("interrupted: " + what);
    interrupted.initCause(cause);
    return interrupted;
  }
}
