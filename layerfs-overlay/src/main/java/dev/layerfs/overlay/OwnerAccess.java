package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Access of a process without privileges to objects that it owns, but that a container's mode shuts it out of. They are opened
 * to their owner for the moment of the operation. Everything else waits meanwhile, so that nobody sees such a mode.
 */
final class OwnerAccess implements Access {
  private final Places places;
  private final Path top;
  private final ReadWriteLock moments = new ReentrantReadWriteLock();

  /**
   * Opens what is in a directory.
   *
   * @param places the directory's places
   * @param top the directory, which is left alone
   */
  OwnerAccess(Places places, Path top) {
    this.places = places;
    this.top = top;
  }

  /** An object that is open to its owner for a moment. */
  private record Opened(Descriptor descriptor, int mode) {}

  @Override
  public <T> T run(Operation<T> operation, boolean themselves, Path... objects)
      throws PosixException {
    PosixException refused;
    Lock shared = moments.readLock();
    shared.lock();
    try {
      return operation.run();
    } catch (PosixException e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      refused = e;
    } finally {
      shared.unlock();
    }
    return runOpened(operation, themselves, refused, objects);
  }

  private <T> T runOpened(
      Operation<T> operation, boolean themselves, PosixException refused, Path... objects)
      throws PosixException {
    Deque<Opened> opened = new ArrayDeque<>();
    Lock alone = moments.writeLock();
    alone.lock();
    try {
      for (Path object : objects) {
        openDirectories(object, opened);
        if (themselves) {
          open(object, opened);
        }
      }
      if (opened.isEmpty()) {
        throw refused;
      }
      return operation.run();
    } finally {
      for (Opened each : opened) {
        chmod(each.descriptor(), each.mode());
        each.descriptor().close();
      }
      alone.unlock();
    }
  }

  private void openDirectories(Path object, Deque<Opened> opened) throws PosixException {
    Deque<Path> above = new ArrayDeque<>();
    for (Path at = object.getParent(); at != null && !at.equals(top); at = at.getParent()) {
      above.push(at);
    }
    for (Path directory : above) {
      open(directory, opened);
    }
  }

  private void open(Path place, Deque<Opened> opened) throws PosixException {
    Descriptor descriptor;
    try (Located at = places.locate(place)) {
      descriptor = at.open(OpenFlags.PATH, place);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ELOOP) {
        return; // what is wrong the operation tells
      }
      throw e;
    }
    Stat stat = FileStatus.of(descriptor, place);
    int needed = stat.type() == FileType.DIRECTORY ? 0700 : 0600;
    if (stat.type() == FileType.SYMLINK
        || (stat.mode() & needed) == needed
        || chmod(descriptor, stat.mode() | needed) < 0) {
      descriptor.close();
    } else {
      opened.push(new Opened(descriptor, stat.mode()));
    }
  }

  private static long chmod(Descriptor descriptor, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return FileCalls.chmod(descriptor.path(arena), mode);
    }
  }

  @Override
  public boolean isDirect() {
    return false;
  }
}
