package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A directory that stays open, for paths that begin there. Thread-safe: the number of a descriptor that was closed is given to
 * the next file that anybody opens, so nobody uses this one while it is closed, nor after.
 */
final class Anchor {
  private final Descriptor directory;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed; // guarded by lock

  Anchor(Descriptor directory) {
    this.directory = directory;
  }

  /** What is opened from a directory. */
  @FunctionalInterface
  interface Opening<T> {
    T from(int directory) throws PosixException;
  }

  /**
   * Opens something below the directory.
   *
   * @param place what it is, for messages
   * @param opening is told the directory's number
   * @throws PosixException {@link Errno#EBADF} after {@link #close}
   */
  <T> T open(Path place, Opening<T> opening) throws PosixException {
    Lock shared = lock.readLock();
    shared.lock();
    try {
      if (closed) {
        throw new PosixException(Errno.EBADF, place + ": its files are closed");
      }
      return opening.from(directory.number());
    } finally {
      shared.unlock();
    }
  }

  /** Closes the directory, unless that was done before. */
  void close() {
    Lock alone = lock.writeLock();
    alone.lock();
    try {
      if (!closed) {
        closed = true;
        directory.close();
      }
    } finally {
      alone.unlock();
    }
  }
}
