package dev.layerfs.overlay;

<<<<<<< HEAD
import java.io.Closeable;

/** An open file descriptor that the JDK has no class for: of a path, or of a mount that is attached nowhere yet. */
final class Descriptor implements Closeable {
  private final MountCalls calls;
  private final int number;

  /** Takes care of a descriptor. */
  Descriptor(MountCalls calls, int number) {
    this.calls = calls;
    this.number = number;
  }

  /** Opens a path, only to name it. */
  static Descriptor of(MountCalls calls, RawPath path) throws KernelError {
    return new Descriptor(calls, calls.openPath(path, 0));
  }

  /** Returns its number. */
  int number() {
    return number;
  }

  /** Returns a path of at most 24 bytes to what it is open on. */
=======
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

  /** Returns the path by which the kernel finds what is open, whatever its name is by now. */
>>>>>>> native
  String path() {
    return "/proc/self/fd/" + number;
  }

<<<<<<< HEAD
  @Override
  public void close() throws KernelError {
    calls.close(number);
=======
  /** Returns {@link #path} for calls. */
  MemorySegment path(Arena arena) {
    return arena.allocateFrom(path(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    FileCalls.close(number);
>>>>>>> native
  }
}
