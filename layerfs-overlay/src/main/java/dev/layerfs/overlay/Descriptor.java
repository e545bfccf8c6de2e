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
   * Opens a path without following any link on it, and never outside the directory where it begins. A link at its end is opened
   * itself if only a path is asked for; else it is {@code ELOOP}.
   *
   * @param directory where the path begins; {@link FileCalls#AT_FDCWD} for a path from the root
   * @param path the path, which ends with a zero byte
   * @param flags {@link OpenFlags}
   * @param subject what is opened, for the message
   */
  static Descriptor open(int directory, MemorySegment path, long flags, Object subject)
      throws PosixException {
    long opened = FileCalls.openat2(directory, path, allFlags(flags), 0, resolve(directory));
    return new Descriptor((int) LinuxErrors.check(opened, "openat2", subject));
  }

  /**
   * Opens or creates what a path names, in the same way.
   *
   * @param path the path, of less than {@code PATH_MAX} bytes; it does not end with a zero byte
   * @param mode of what is created; 0 if nothing is
   */
  static Descriptor open(int directory, byte[] path, long flags, int mode, Object subject)
      throws PosixException {
    long opened = FileCalls.openat2(directory, path, allFlags(flags), mode, resolve(directory));
    return new Descriptor((int) LinuxErrors.check(opened, "openat2", subject));
  }

  private static long allFlags(long flags) {
    long all = flags | OpenFlags.CLOSE_ON_EXEC;
    return flags == OpenFlags.PATH ? all | OpenFlags.NO_FOLLOW : all;
  }

  private static long resolve(int directory) {
    return directory == FileCalls.AT_FDCWD
        ? OpenFlags.RESOLVE_NO_LINKS
        : OpenFlags.RESOLVE_NO_LINKS | OpenFlags.RESOLVE_BENEATH;
  }

  /**
   * Opens a path below a directory as if that were the root: links are followed, and lead nowhere else.
   *
   * @param root the directory
   * @param path the path, which ends with a zero byte
   * @return a descriptor that only names what is there, or a negative errno
   */
  static long findInRoot(Descriptor root, MemorySegment path) {
    return FileCalls.openat2(
        root.number(),
        path,
        OpenFlags.PATH | OpenFlags.CLOSE_ON_EXEC,
        0,
        OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGIC_LINKS);
  }

  /** Opens a path, links on it followed, only to name what is there. */
  static Descriptor of(MountCalls calls, RawPath path) throws KernelError {
    return new Descriptor(calls.openPath(path, 0));
  }

  /**
   * Opens again what is open here, for more than to name it.
   *
   * @param flags {@link OpenFlags}
   * @param subject what is opened, for the message
   */
  Descriptor reopen(long flags, Object subject) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      long all = flags | OpenFlags.CLOSE_ON_EXEC;
      long opened = FileCalls.openat2(FileCalls.AT_FDCWD, path(arena), all, 0, 0);
      return new Descriptor((int) LinuxErrors.check(opened, "open", subject));
    }
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
