package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.Map;

/** The open handles of a session, by number. A number is not given twice, so a late use of a closed one is found. */
final class OpsHandles implements Closeable {
  /** How many can be open at a time; each may hold one of the process's own file descriptors. */
  static final int MAX_OPEN = 4096;

  private final Map<Long, OpsHandle> open = new LinkedHashMap<>();
  private long next = 3; // as after standard input, output and error

  /** Checks that one more can be added: before the file is opened, or made. */
  void checkRoom() throws PosixException {
    if (open.size() >= MAX_OPEN) {
      throw new PosixException(Errno.EMFILE, open.size() + " handles");
    }
  }

  /**
   * Adds a handle.
   *
   * @return its number
   */
  long add(OpsHandle handle) {
    open.put(next, handle);
    return next++;
  }

  /**
   * Finds a handle.
   *
   * @throws PosixException {@code EBADF} if there is none of the number
   */
  OpsHandle get(long number) throws PosixException {
    OpsHandle handle = open.get(number);
    if (handle == null) {
      throw new PosixException(Errno.EBADF, String.valueOf(number));
    }
    return handle;
  }

  /** Closes a handle. Its number is gone even if that fails, as close(2) has it. */
  void close(long number) throws PosixException {
    OpsHandle handle = get(number);
    open.remove(number);
    handle.close();
  }

  /** Closes all handles, and fails in the end if one did. */
  @Override
  public void close() throws PosixException {
    PosixException failure = null;
    for (OpsHandle handle : open.values()) {
      try {
        handle.close();
      } catch (PosixException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
