package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.layerfs.posix.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls about files. Each returns what the kernel returns: a result, or a negative errno. A call that a signal
 * interrupts is made again. Paths are segments that end with a zero byte.
 */
final class FileCalls {
  /** {@code AT_FDCWD} of {@code <linux/fcntl.h>}. */
  static final int AT_FDCWD = -100;

  /** The end of a file, for {@link #lseek}; from {@code <linux/fs.h>}. */
  static final int SEEK_END = 2;

  /** Where the next data is, for {@link #lseek}; from {@code <linux/fs.h>}. */
  static final int SEEK_DATA = 3;

  /** Where the next hole is, for {@link #lseek}; from {@code <linux/fs.h>}. */
  static final int SEEK_HOLE = 4;

  private static final int RWF_APPEND = 0x10; // <linux/fs.h>
  private static final long IOVEC_SIZE = 16; // struct iovec of <sys/uio.h>
  private static final int AT_SYMLINK_NOFOLLOW = 0x100; // <linux/fcntl.h>
  private static final int AT_REMOVEDIR = 0x200; // <linux/fcntl.h>
  private static final int AT_EMPTY_PATH = 0x1000; // <linux/fcntl.h>
  private static final int STATX_BASIC_STATS = 0x7FF; // <linux/stat.h>
  private static final int STATX_TIMES = 0x20 | 0x40 | 0x80; // <linux/stat.h>: ATIME, MTIME, CTIME
  private static final int SYS_OPENAT2 =
      437; // <asm-generic/unistd.h>, the same for all architectures
  private static final int OPEN_ATTEMPTS =
      256; // who renames all the time can't make it wait for ever
  private static final long OPEN_HOW_SIZE = 24; // OPEN_HOW_SIZE_VER0 of <linux/openat2.h>

  /** A zero byte that nobody writes to. */
  private static final MemorySegment EMPTY_PATH = Arena.global().allocate(1).asReadOnly();

  private static final MethodHandle OPENAT2 = NativeFunction.syscall(4);
  private static final MethodHandle CLOSE = NativeFunction.of("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle STATX =
      NativeFunction.of("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle GETDENTS =
      NativeFunction.of("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle READLINKAT =
      NativeFunction.of("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle MKNODAT =
      NativeFunction.of("mknodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MKDIRAT =
      NativeFunction.of("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SYMLINKAT =
      NativeFunction.of("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle LINKAT =
      NativeFunction.of("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RENAMEAT2 =
      NativeFunction.of("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle UNLINKAT =
      NativeFunction.of("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle FCHOWNAT =
      NativeFunction.of("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CHMOD = NativeFunction.of("chmod", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle UTIMENSAT =
      NativeFunction.of("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FUTIMENS =
      NativeFunction.of("futimens", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FSETXATTR =
      NativeFunction.of("fsetxattr", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FLISTXATTR =
      NativeFunction.of("flistxattr", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle LLISTXATTR =
      NativeFunction.of("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LGETXATTR =
      NativeFunction.of("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LSETXATTR =
      NativeFunction.of("lsetxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle LREMOVEXATTR =
      NativeFunction.of("lremovexattr", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle FSYNC = NativeFunction.of("fsync", JAVA_INT, JAVA_INT);
  private static final MethodHandle FDATASYNC = NativeFunction.of("fdatasync", JAVA_INT, JAVA_INT);
  private static final MethodHandle PREAD =
      NativeFunction.of("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PWRITE =
      NativeFunction.of("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PWRITEV2 =
      NativeFunction.of("pwritev2", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FCHMOD =
      NativeFunction.of("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SYNCFS = NativeFunction.of("syncfs", JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      NativeFunction.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle LSEEK =
      NativeFunction.of("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FTRUNCATE =
      NativeFunction.of("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle COPY_FILE_RANGE = NativeFunction.of(
      "copy_file_range", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETEUID = NativeFunction.of("geteuid", JAVA_INT);
  private static final MethodHandle GETEGID = NativeFunction.of("getegid", JAVA_INT);

  private FileCalls() {}

  /** One call; it fails with -1 and leaves its errno in the segment. */
  @FunctionalInterface
  private interface Call {
    long make(MemorySegment errno) throws Throwable;
  }

  private static long make(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      return make(NativeFunction.errnoSegment(arena), call);
    }
  }

  private static long make(MemorySegment errno, Call call) {
    long result;
    do {
      result = once(errno, call);
    } while (result == -Errno.EINTR.number());
    return result;
  }

  private static long once(MemorySegment errno, Call call) {
    try {
      long result = call.make(errno);
      return result == -1 ? -NativeFunction.errno(errno) : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native function throws nothing", e);
    }
  }

  /**
   * Opens something. When the kernel has followed {@code ..} below a directory that must not be left, and meanwhile anything was
   * renamed or mounted anywhere on the machine, it gives up and says to try again ({@code EAGAIN} of openat2(2)).
   */
  private static long open(MemorySegment errno, long resolve, Call call) {
    long result = make(errno, call);
    if ((resolve & (OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_IN_ROOT)) != 0) {
      for (int i = 1; i < OPEN_ATTEMPTS && result == -Errno.EAGAIN.number(); i++) {
        result = make(errno, call);
      }
    }
    return result;
  }

  /** Opens a path below a directory; {@code resolve} are the {@code RESOLVE_} bits of {@code <linux/openat2.h>}. */
  static long openat2(int directory, MemorySegment path, long flags, long mode, long resolve) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(OPEN_HOW_SIZE, Long.BYTES);
      how.set(JAVA_LONG, 0, flags);
      how.set(JAVA_LONG, 8, mode);
      how.set(JAVA_LONG, 16, resolve);
      return open(NativeFunction.errnoSegment(arena), resolve, e -> (long) OPENAT2.invokeExact(
          e, (long) SYS_OPENAT2, (long) directory, path.address(), how.address(), OPEN_HOW_SIZE));
    }
  }

  /** Opens a path that does not end with a zero byte; its memory, and all else that the call needs, is one piece. */
  static long openat2(int directory, byte[] path, long flags, long mode, long resolve) {
    try (Arena arena = Arena.ofConfined()) {
      long pathOffset = OPEN_HOW_SIZE + Long.BYTES;
      MemorySegment memory = arena.allocate(pathOffset + path.length + 1, Long.BYTES); // zeroed
      memory.set(JAVA_LONG, 0, flags);
      memory.set(JAVA_LONG, 8, mode);
      memory.set(JAVA_LONG, 16, resolve);
      MemorySegment.copy(path, 0, memory, JAVA_BYTE, pathOffset, path.length);
      MemorySegment errno = memory.asSlice(OPEN_HOW_SIZE, Long.BYTES);
      long how = memory.address();
      return open(errno, resolve, e -> (long) OPENAT2.invokeExact(
          e, (long) SYS_OPENAT2, (long) directory, how + pathOffset, how, OPEN_HOW_SIZE));
    }
  }

  /** Closes a descriptor; it is closed whatever the kernel answers, which is of what was written before. */
  static long close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeFunction.errnoSegment(arena);
      long result = once(errno, e -> (long) CLOSE.invokeExact(e, descriptor));
      return result == -Errno.EINTR.number() ? 0 : result;
    }
  }

  static long statx(int directory, MemorySegment name, MemorySegment result) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    return make(
        e -> (long) STATX.invokeExact(e, directory, name, flags, STATX_BASIC_STATS, result));
  }

  /** Asks what is open for everything. */
  static long statx(int open, MemorySegment result) {
    return statx(open, STATX_BASIC_STATS, result);
  }

  /** Asks what is open for everything but times. */
  static long statxWithoutTimes(int open, MemorySegment result) {
    return statx(open, STATX_BASIC_STATS & ~STATX_TIMES, result);
  }

  private static long statx(int open, int mask, MemorySegment result) {
    return make(e -> (long) STATX.invokeExact(e, open, EMPTY_PATH, AT_EMPTY_PATH, mask, result));
  }

  static long getdents64(int directory, MemorySegment buffer) {
    return make(e -> (long) GETDENTS.invokeExact(e, directory, buffer, buffer.byteSize()));
  }

  static long readlinkat(int directory, MemorySegment name, MemorySegment target) {
    return make(e -> (long) READLINKAT.invokeExact(e, directory, name, target, target.byteSize()));
  }

  static long mknodat(int directory, MemorySegment name, int mode, long device) {
    return make(e -> (long) MKNODAT.invokeExact(e, directory, name, mode, device));
  }

  static long mkdirat(int directory, MemorySegment name, int mode) {
    return make(e -> (long) MKDIRAT.invokeExact(e, directory, name, mode));
  }

  static long symlinkat(MemorySegment target, int directory, MemorySegment name) {
    return make(e -> (long) SYMLINKAT.invokeExact(e, target, directory, name));
  }

  static long linkat(int from, MemorySegment name, int to, MemorySegment added) {
    return make(e -> (long) LINKAT.invokeExact(e, from, name, to, added, 0));
  }

  static long renameat2(int from, MemorySegment name, int to, MemorySegment other, int flags) {
    return make(e -> (long) RENAMEAT2.invokeExact(e, from, name, to, other, flags));
  }

  static long unlinkat(int directory, MemorySegment name) {
    return make(e -> (long) UNLINKAT.invokeExact(e, directory, name, 0));
  }

  /** {@code unlinkat(2)} with {@code AT_REMOVEDIR}. */
  static long rmdirat(int directory, MemorySegment name) {
    return make(e -> (long) UNLINKAT.invokeExact(e, directory, name, AT_REMOVEDIR));
  }

  static long fchownat(int directory, MemorySegment name, int uid, int gid) {
    return make(
        e -> (long) FCHOWNAT.invokeExact(e, directory, name, uid, gid, AT_SYMLINK_NOFOLLOW));
  }

  /** Follows symbolic links, so only for paths in {@code /proc/self/fd}. */
  static long chmod(MemorySegment path, int mode) {
    return make(e -> (long) CHMOD.invokeExact(e, path, mode));
  }

  static long utimensat(int directory, MemorySegment name, MemorySegment times) {
    return make(e -> (long) UTIMENSAT.invokeExact(e, directory, name, times, AT_SYMLINK_NOFOLLOW));
  }

  static long futimens(int descriptor, MemorySegment times) {
    return make(e -> (long) FUTIMENS.invokeExact(e, descriptor, times));
  }

  static long fsetxattr(int descriptor, MemorySegment name, MemorySegment value) {
    return make(e -> (long) FSETXATTR.invokeExact(e, descriptor, name, value, value.byteSize(), 0));
  }

  static long flistxattr(int descriptor, MemorySegment names) {
    return make(e -> (long) FLISTXATTR.invokeExact(e, descriptor, names, names.byteSize()));
  }

  static long llistxattr(MemorySegment path, MemorySegment names) {
    return make(e -> (long) LLISTXATTR.invokeExact(e, path, names, names.byteSize()));
  }

  static long lgetxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
    return make(e -> (long) LGETXATTR.invokeExact(e, path, name, value, value.byteSize()));
  }

  static long lsetxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
    return make(e -> (long) LSETXATTR.invokeExact(e, path, name, value, value.byteSize(), 0));
  }

  static long lremovexattr(MemorySegment path, MemorySegment name) {
    return make(e -> (long) LREMOVEXATTR.invokeExact(e, path, name));
  }

  static long fsync(int descriptor) {
    return make(e -> (long) FSYNC.invokeExact(e, descriptor));
  }

  static long fdatasync(int descriptor) {
    return make(e -> (long) FDATASYNC.invokeExact(e, descriptor));
  }

  /** Reads; the arena is for what the call itself needs. */
  static long pread(int descriptor, MemorySegment target, long position, Arena arena) {
    return make(NativeFunction.errnoSegment(arena), e ->
        (long) PREAD.invokeExact(e, descriptor, target, target.byteSize(), position));
  }

  /** Writes; the arena is for what the call itself needs. */
  static long pwrite(int descriptor, MemorySegment source, long position, Arena arena) {
    return make(NativeFunction.errnoSegment(arena), e ->
        (long) PWRITE.invokeExact(e, descriptor, source, source.byteSize(), position));
  }

  /** Writes at the end of a file, wherever that is; the arena is for what the call itself needs. */
  static long append(int descriptor, MemorySegment source, Arena arena) {
    MemorySegment memory = arena.allocate(IOVEC_SIZE + Long.BYTES, Long.BYTES);
    memory.set(ADDRESS, 0, source);
    memory.set(JAVA_LONG, 8, source.byteSize());
    return make(memory.asSlice(IOVEC_SIZE, Long.BYTES), e ->
        (long) PWRITEV2.invokeExact(e, descriptor, memory, 1, 0L, RWF_APPEND));
  }

  static long fchmod(int descriptor, int mode) {
    return make(e -> (long) FCHMOD.invokeExact(e, descriptor, mode));
  }

  static long syncfs(int descriptor) {
    return make(e -> (long) SYNCFS.invokeExact(e, descriptor));
  }

  static long ioctl(int descriptor, long request, MemorySegment argument) {
    return make(e -> (long) IOCTL.invokeExact(e, descriptor, request, argument));
  }

  static long lseek(int descriptor, long offset, int whence) {
    return make(e -> (long) LSEEK.invokeExact(e, descriptor, offset, whence));
  }

  static long ftruncate(int descriptor, long length) {
    return make(e -> (long) FTRUNCATE.invokeExact(e, descriptor, length));
  }

  /** The offsets are segments of eight bytes, which the kernel moves on. */
  static long copyFileRange(
      int from, MemorySegment fromOffset, int to, MemorySegment toOffset, long length) {
    return make(
        e -> (long) COPY_FILE_RANGE.invokeExact(e, from, fromOffset, to, toOffset, length, 0));
  }

  static long geteuid() {
    return make(e -> (long) GETEUID.invokeExact(e)) & 0xFFFF_FFFFL;
  }

  static long getegid() {
    return make(e -> (long) GETEGID.invokeExact(e)) & 0xFFFF_FFFFL;
  }
}
