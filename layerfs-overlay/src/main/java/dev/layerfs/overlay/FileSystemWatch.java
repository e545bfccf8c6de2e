package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Whether a mounted file system has ended: nobody has it mounted in any mount namespace, nor a file of it open. The kernel
 * tells {@code inotify(7)} when it shuts a file system down, which it does before the call returns that took the last mount
 * away. A watch holds nothing that could keep a file system from being unmounted.
 */
final class FileSystemWatch implements AutoCloseable {
  /** {@code <sys/inotify.h>}. */
  private static final int IN_NONBLOCK = 0x800;

  private static final int IN_CLOEXEC = 0x80000;
  private static final int IN_DELETE_SELF =
      0x400; // some event must be asked for; this one never comes for a root
  private static final int IN_DONT_FOLLOW = 0x2000000;
  private static final int IN_UNMOUNT = 0x2000; // comes whether asked for or not

  /** {@code struct inotify_event}, of which those about a watched object itself have no name behind them. */
  private static final int EVENT_SIZE = 16;

  private static final int EVENT_MASK_OFFSET = 4;
  private static final int MAX_EVENTS = 4;

  private static final MethodHandle INIT = NativeFunction.of("inotify_init1", JAVA_INT, JAVA_INT);
  private static final MethodHandle ADD_WATCH =
      NativeFunction.of("inotify_add_watch", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle READ =
      NativeFunction.of("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

  private final Descriptor events;
  private final boolean watching;

  private FileSystemWatch(Descriptor events, boolean watching) {
    this.events = events;
    this.watching = watching;
  }

  /**
   * Watches the file system that was mounted last at a path. A process that may not, or has no watch left, sees no end.
   *
   * @param path a path whose last component is no symbolic link
   */
  static FileSystemWatch of(RawPath path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      Descriptor events =
          new Descriptor((int) (long) INIT.invokeExact(state, IN_NONBLOCK | IN_CLOEXEC));
      long watch = (long) ADD_WATCH.invokeExact(
          state, events.number(), path.in(arena), IN_DELETE_SELF | IN_DONT_FOLLOW);
      return new FileSystemWatch(events, watch >= 0);
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  /** Tells whether the file system has ended; false also if that can't be told. */
  boolean hasEnded() {
    return watching && unmountIsTold();
  }

  private boolean unmountIsTold() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      MemorySegment found = arena.allocate(MAX_EVENTS * EVENT_SIZE, Integer.BYTES);
      long length = (long) READ.invokeExact(state, events.number(), found, found.byteSize());
      boolean told = false;
      for (long at = 0; at + EVENT_SIZE <= length; at += EVENT_SIZE) {
        told |= (found.get(JAVA_INT, at + EVENT_MASK_OFFSET) & IN_UNMOUNT) != 0;
      }
      return told;
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
