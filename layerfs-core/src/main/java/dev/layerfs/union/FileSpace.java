package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the content of a regular file is charged with: the space of its size, and more while it is about to grow. Whoever
 * changes the size does that through this, one after the other. Who deletes the file does not wait for them.
 */
final class FileSpace {
  private final SpaceAccount account;
  private final ReentrantLock sizes = new ReentrantLock(); // before any lock of the view
  private long charged; // guarded by this
  private boolean gone; // guarded by this

  FileSpace(SpaceAccount account, long charged) {
    this.account = account;
    this.charged = charged;
  }

  /** Tells how long the file is now. */
  interface Size {
    long now() throws PosixException;
  }

  /**
   * Charges for content that is about to be made of an empty file; if that fails the file is deleted, which gives it back.
   *
   * @param size the size that it will have
   */
  void reserve(long size) throws PosixException {
    raise(Quota.space(size));
  }

  /**
   * Writes.
   *
   * @param end the file is at least as long after that
   * @param size asked only after a failure
   * @throws PosixException {@link Errno#ENOSPC} if it does not fit; then nothing was written
   */
  <T> T write(long end, Changes.Step<T> step, Size size) throws PosixException {
    return change(Quota.space(end), step, size);
  }

  /** Sets the size. */
  <T> T resize(long newSize, Changes.Step<T> step, Size size) throws PosixException {
    sizes.lock();
    try {
      T result = change(Quota.space(newSize), step, size);
      settle(Quota.space(newSize));
      return result;
    } finally {
      sizes.unlock();
    }
  }

  private <T> T change(long space, Changes.Step<T> step, Size size) throws PosixException {
    sizes.lock();
    try {
      account.changing();
      raise(space);
      try {
        return step.take();
      } catch (PosixException | RuntimeException | Error e) {
        measure(size);
        throw e;
      }
    } finally {
      sizes.unlock();
    }
  }

  private synchronized void raise(long space) throws PosixException {
    if (gone) {
      throw new PosixException(Errno.ESTALE, "a file that was removed");
    } else if (space > charged) {
      account.charge(space - charged, 0);
      charged = space;
    }
  }

  /** After a failure nobody knows how much was written. An interrupt must not keep this from being found out. */
  private void measure(Size size) {
    boolean interrupted = Thread.interrupted();
    try {
      settle(Quota.space(size.now()));
    } catch (PosixException e) {
      account.inexact(); // or it was removed, which gave all back
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void settle(long space) {
    if (gone) {
      return;
    }
    if (charged > space) {
      account.quota().release(charged - space, 0);
    }
    charged = Math.min(charged, space);
  }

  /** The file is no more; returns what it was charged with. */
  synchronized long end() {
    gone = true;
    long all = charged;
    charged = 0;
    return all;
  }

  synchronized long charged() {
    return charged;
  }
}
