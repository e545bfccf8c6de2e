package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * An open file descriptor, closed with this.
 *
 * @param number what the kernel calls it
 */
record Descriptor(int number) implements AutoCloseable {
  /**
   * Opens a path without following any link on it. A link at its end is opened itself if only a path is asked for; else it is
   * {@code ELOOP}.
   *
   * @param directory where the path begins, unless it begins at the root
   * @param path the path, which ends with a zero byte
   * @param flags {@link OpenFlags}
   * @param subject what is opened, for the message
   */
  static Descriptor open(int directory, MemorySegment path, long flags, Object subject)
      throws PosixException {
    long all = flags | OpenFlags.CLOSE_ON_EXEC;
    if (flags == OpenFlags.PATH) {
      all |= OpenFlags.NO_FOLLOW;
    }
    long opened = FileCalls.openat2(directory, path, all, 0, OpenFlags.RESOLVE_NO_LINKS);
    return new Descriptor((int) LinuxErrors.check(opened, "openat2", subject));
  }

  /** Opens a path, links on it followed, only to name what is there. */
  static Descriptor of(MountCalls calls, RawPath path) throws KernelError {
    return new Descriptor(calls.openPath(path, 0));
  }

  /** Returns the path by which the kernel finds what is open, whatever its name is by now. */
  String path() {
    return "/proc/self/fd/" + number;
  }

  /** Returns {@link #path} for calls. */
  MemorySegment path(Arena arena) {
    return arena.allocateFrom(path(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    FileCalls.close(number);
  }
}
