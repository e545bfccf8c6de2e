package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The system calls that mount, with the kernel's names and arguments; a failure is a {@link KernelError}. Descriptors are
 * closed on exec. Safe for use by several threads.
 */
final class MountCalls {
  /** {@code <sys/mount.h>}, for {@link #umount}. */
  static final int MNT_DETACH = 2;

  static final int UMOUNT_NOFOLLOW = 8;

  /** {@code <asm-generic/unistd.h>}; the same on all architectures but Alpha and MIPS. */
  private static final long OPEN_TREE = 428;

  private static final long MOVE_MOUNT = 429;

  private static final long FSOPEN = 430;
  private static final long FSCONFIG = 431;
  private static final long FSMOUNT = 432;
  private static final long MOUNT_SETATTR = 442;

  /** {@code <linux/mount.h>}. */
  private static final long FSOPEN_CLOEXEC = 1;

  private static final long FSMOUNT_CLOEXEC = 1;
  private static final long MOVE_MOUNT_F_EMPTY_PATH = 0x4;
  private static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final long OPEN_TREE_CLONE = 1;
  private static final long MS_PRIVATE = 1 << 18;
  private static final long MOUNT_ATTR_SIZE = 32; // MOUNT_ATTR_SIZE_VER0

  /** {@code <linux/fcntl.h>}: with all that is mounted beneath. */
  private static final long AT_RECURSIVE = 0x8000;

  private static final long AT_EMPTY_PATH = 0x1000;

  /** {@code <asm-generic/fcntl.h>}. */
  private static final int O_CLOEXEC = 0x80000;

  private static final int O_PATH = 0x200000;

  /** {@code <linux/fcntl.h>}. */
  private static final int AT_FDCWD = -100;

  /** {@code <linux/fcntl.h>}: as {@code stat} does, and ask no server. */
  private static final int AT_NO_AUTOMOUNT = 0x800;

  private static final int AT_STATX_DONT_SYNC = 0x4000;

  /** {@code <linux/stat.h>}. */
  private static final int STATX_MNT_ID = 0x1000;

  private static final int STATX_SIZE = 256;
  private static final long STX_MASK_OFFSET = 0;
  private static final long STX_MNT_ID_OFFSET = 0x90;

  /** Longer than any line of {@code fs/fs_context.c}. */
  private static final int MAX_MESSAGE = 4096;

  private final MethodHandle syscall = NativeFunction.syscall(5).asSpreader(long[].class, 6);
  private final MethodHandle open = NativeFunction.of("open", JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle close = NativeFunction.of("close", JAVA_INT, JAVA_INT);
  private final MethodHandle read =
      NativeFunction.of("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private final MethodHandle mount =
      NativeFunction.of("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private final MethodHandle umount2 = NativeFunction.of("umount2", JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle statx =
      NativeFunction.of("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  /**
   * Finds the functions.
   *
   * @throws IllegalCallerException if this module may not call native functions
   */
  MountCalls() {}

  /** Opens a path for nothing but to name it. */
  int openPath(RawPath path, long flags) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      long result =
          (long) open.invokeExact(state, path.in(arena), O_PATH | O_CLOEXEC | (int) flags);
      return (int) check(result, state, path.toString(), "open");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Closes a descriptor. */
  void close(int descriptor) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      check((long) close.invokeExact(state, descriptor), state, "descriptor", "close");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Makes a context in which a mount of a type is prepared. */
  int fsopen(String type) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(type).address();
      return (int) syscall(arena, type, "fsopen", FSOPEN, name, FSOPEN_CLOEXEC);
    }
  }

  /**
   * Tells a context something, or has it do something.
   *
   * @param context a descriptor from {@link #fsopen}
   * @param command one of {@code enum fsconfig_command}
   * @param key a parameter, or none
   * @param value its value, or none
   * @param auxiliary a descriptor, for some commands
   */
  void fsconfig(int context, int command, String key, RawPath value, int auxiliary)
      throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      long keyAddress = key.isEmpty() ? 0 : arena.allocateFrom(key).address();
      long valueAddress = value.bytes().length == 0 ? 0 : value.in(arena).address();
      syscall(
          arena, key, "fsconfig", FSCONFIG, context, command, keyAddress, valueAddress, auxiliary);
    }
  }

  /** Makes a mount, attached nowhere, of what a context has created. */
  int fsmount(int context, long attributes) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          syscall(arena, "mount", "fsmount", FSMOUNT, context, FSMOUNT_CLOEXEC, attributes);
    }
  }

  /**
   * Makes a mount, attached nowhere, that shows what a descriptor is open on, and all that is mounted beneath.
   *
   * @param subject what that is, for messages
   */
  int openTree(int open, String subject) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      long empty = arena.allocateFrom("").address();
      long flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE;
      return (int) syscall(arena, subject, "open_tree", OPEN_TREE, open, empty, flags);
    }
  }

  /**
   * Makes a mount and all beneath it private, so that what is mounted where it was taken from does not appear in it.
   *
   * @param attributes {@code MOUNT_ATTR_*} that they get, too
   * @param subject what it is of, for messages
   */
  void makePrivate(int mount, long attributes, String subject) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      long empty = arena.allocateFrom("").address();
      MemorySegment attr = arena.allocate(MOUNT_ATTR_SIZE, Long.BYTES); // struct mount_attr
      attr.set(JAVA_LONG, 0, attributes);
      attr.set(JAVA_LONG, 16, MS_PRIVATE);
      long flags = AT_EMPTY_PATH | AT_RECURSIVE;
      syscall(
          arena,
          subject,
          "mount_setattr",
          MOUNT_SETATTR,
          mount,
          empty,
          flags,
          attr.address(),
          MOUNT_ATTR_SIZE);
    }
  }

  /** Attaches a mount to the directory or file that a descriptor is open on. */
  void moveMount(int mount, int target, String subject) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      long empty = arena.allocateFrom("").address();
      long flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
      syscall(arena, subject, "move_mount", MOVE_MOUNT, mount, empty, target, empty, flags);
    }
  }

  /** Reads the next message that a context has for its user; empty after the last. */
  String message(int context) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      MemorySegment buffer = arena.allocate(MAX_MESSAGE);
      long length = (long) read.invokeExact(state, context, buffer, buffer.byteSize());
      byte[] bytes = buffer.asSlice(0, Math.max(length, 0)).toArray(JAVA_BYTE);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  /** Mounts as kernels did before {@code fsopen}. */
  void mount(String source, RawPath target, String type, RawPath options, String subject)
      throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      long result = (long) mount.invokeExact(
          state,
          arena.allocateFrom(source),
          target.in(arena),
          arena.allocateFrom(type),
          0L,
          options.in(arena));
      check(result, state, subject, "mount");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Unmounts what was mounted last at a path. */
  void umount(RawPath target, int flags) throws KernelError {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      check(
          (long) umount2.invokeExact(state, target.in(arena), flags),
          state,
          target.toString(),
          "umount2");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * Returns the mount that a path leads to, symbolic links followed.
   *
   * @return the number that {@code mountinfo} has, or nothing if it can't be found out
   */
  OptionalLong mountOf(RawPath path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      MemorySegment found = arena.allocate(STATX_SIZE, Long.BYTES);
      long result = (long) statx.invokeExact(
          state,
          AT_FDCWD,
          path.in(arena),
          AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
          STATX_MNT_ID,
          found);
      boolean known = result == 0 && (found.get(JAVA_INT, STX_MASK_OFFSET) & STATX_MNT_ID) != 0;
      return known
          ? OptionalLong.of(found.get(JAVA_LONG, STX_MNT_ID_OFFSET))
          : OptionalLong.empty();
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  private long syscall(Arena arena, String subject, String call, long... arguments)
      throws KernelError {
    try {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      long result = (long) syscall.invokeExact(state, Arrays.copyOf(arguments, 6));
      return check(result, state, subject, call);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static long check(long result, MemorySegment state, String subject, String call)
      throws KernelError {
    if (result < 0) {
      throw new KernelError(subject, call, NativeFunction.errno(state), List.of());
    }
    return result;
  }

  /** A method handle throws {@link Throwable}, but of these only a kernel's error is meant. */
  private static KernelError failure(Throwable thrown) {
    if (thrown instanceof KernelError error) {
      return error;
    }
    throw NativeFunction.unexpected(thrown);
  }
}
