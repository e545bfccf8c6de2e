package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a host could not make something durable. A kernel takes such pages for written from then on, and says of the next {@code
 * fsync} or {@code syncfs} that all is well (Linux: Documentation/filesystems/vfs.rst, "Handling errors during writeback");
 * so nothing is asked for again, and whoever asks is told of the failure. Safe for use by several threads.
 */
public final class LostWrites {
  /** Failures of calls that did not get as far as the disk, or were about what is gone. */
  private static final Set<Errno> HARMLESS = Collections.unmodifiableSet(EnumSet.of(
      Errno.EINTR,
      Errno.EBADF,
      Errno.EMFILE,
      Errno.EACCES,
      Errno.EPERM,
      Errno.ENOENT,
      Errno.ENOTDIR,
      Errno.ELOOP,
      Errno.ESTALE,
      Errno.EINVAL,
      Errno.ENOTSUP));

  private volatile @Nullable PosixException first;

  /** What makes something durable. */
  @FunctionalInterface
  public interface Force {
    /**
     * Does it.
     *
     * @throws PosixException if the host could not
     */
    void run() throws PosixException;
  }

  /**
   * Says whether a failure of {@code fsync} or {@code syncfs} means that what was written may be lost.
   *
   * @param failure the failure
   * @return false if the call can be made again and then tells the truth
   */
  public static boolean isLoss(PosixException failure) {
    return !HARMLESS.contains(failure.errno());
  }

  /**
   * Makes something durable, unless that has failed before.
   *
   * @param subject what may have lost something, for messages
   * @param force does it
   * @throws PosixException {@link Errno#EIO} if an earlier one has failed; what the host says if this one does
   */
  public void force(Object subject, Force force) throws PosixException {
    check(subject);
    try {
      force.run();
    } catch (PosixException e) {
      note(e);
      throw e;
    }
    check(subject); // the kernel tells one of several callers, perhaps another one
  }

  /**
   * Remembers a failure if it means a loss.
   *
   * @param failure of {@code fsync} or {@code syncfs}
   * @return whether it does
   */
  public synchronized boolean note(PosixException failure) {
    if (first == null && isLoss(failure)) {
      first = failure;
    }
    return isLoss(failure);
  }

  /** What may be lost was thrown away. */
  public void forget() {
    first = null;
  }

  /**
   * Fails if something may be lost.
   *
   * @param subject what may have lost it
   * @throws PosixException {@link Errno#EIO}
   */
  public void check(Object subject) throws PosixException {
    PosixException failure = first;
    if (failure != null) {
      String text = ": the disk failed to keep what was written, and what is lost is not known";
      throw new PosixException(Errno.EIO, subject + text, failure);
    }
  }
}
