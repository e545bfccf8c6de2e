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

  /**
   * Opens the directory of a place.
   *
   * @param path where the place is, from this directory
   * @param place what it is, for messages
   * @throws PosixException {@link Errno#EBADF} after {@link #close}
   */
  Located locate(byte[] path, Path place) throws PosixException {
    Lock shared = lock.readLock();
    shared.lock();
    try {
      if (closed) {
        throw new PosixException(Errno.EBADF, place + ": its files are closed");
      }
      return Located.of(directory.number(), path, place);
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
