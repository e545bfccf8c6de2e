package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * What Linux can do with the objects at places: each method is a system call, in a directory that is opened for it without
 * following links. Thread-safe.
 */
final class NativeFiles {
  private static final int RENAME_EXCHANGE = 2; // <linux/fs.h>
  private static final int MAX_TARGET = 4096; // PATH_MAX of <linux/limits.h>

  private final Places places;
  private final Access access;

  NativeFiles(Places places, Access access) {
    this.places = places;
    this.access = access;
  }

  Places places() {
    return places;
  }

  /** What is done with a name in an open directory. */
  @FunctionalInterface
  interface Step<T> {
    T take(Located at) throws PosixException;
  }

  /** What is done with an object that is open, only to be named. */
  @FunctionalInterface
  interface ObjectStep<T> {
    T take(Descriptor found) throws PosixException;
  }

  /** A system call about a name in an open directory. */
  @FunctionalInterface
  private interface Call {
    long make(Located at);
  }

  /** Does something with the name of a place, whose directory may be closed to its owner. */
  <T> T at(Path place, Step<T> step) throws PosixException {
    return access.run(() -> take(place, step), false, place);
  }

  /** Does something with an object that may be closed to its owner. */
  <T> T inside(Path place, Step<T> step) throws PosixException {
    return access.run(() -> take(place, step), true, place);
  }

  /** Does something with an object that may be closed to its owner; needs no name, so one call finds it. */
  <T> T object(Path place, ObjectStep<T> step) throws PosixException {
    return access.run(() -> takeObject(place, step), true, place);
  }

  private <T> T takeObject(Path place, ObjectStep<T> step) throws PosixException {
    try (Descriptor found = places.find(place)) {
      return step.take(found);
    }
  }

  private <T> T take(Path place, Step<T> step) throws PosixException {
    try (Located at = places.locate(place)) {
      return step.take(at);
    }
  }

  private void call(String name, Path place, Call call) throws PosixException {
    at(place, at -> LinuxErrors.check(call.make(at), name, place));
  }

  /** Whether modes don't keep this process out of anything, now or later. */
  boolean isDirect() {
    return access.isDirect();
  }

  /**
   * Opens or creates what is at a place; a link is not followed.
   *
   * @param flags {@link OpenFlags}
   * @param mode of what is created; 0 if nothing is
   */
  Descriptor open(Path place, long flags, int mode) throws PosixException {
    return access.run(() -> places.open(place, flags, mode), true, place);
  }

  Stat stat(Path place) throws PosixException {
    return at(place, at -> FileStatus.of(at.directory(), at.name(), place));
  }

  byte[] readLink(Path place) throws PosixException {
    return at(place, at -> {
      MemorySegment target = at.arena().allocate(MAX_TARGET);
      long length = LinuxErrors.check(
          FileCalls.readlinkat(at.directory(), at.name(), target), "readlinkat", place);
      return target.asSlice(0, length).toArray(JAVA_BYTE);
    });
  }

  /**
   * Makes anything but a symbolic link.
   *
   * @return what it is now: this process's umask may have taken permissions, and the directory may have given it a group
   */
  Stat make(Path place, FileType type, int mode, int major, int minor) throws PosixException {
    return at(place, at -> {
      if (type == FileType.DIRECTORY) {
        LinuxErrors.check(FileCalls.mkdirat(at.directory(), at.name(), mode), "mkdirat", place);
      } else {
        mknod(at, place, type, mode, makedev(major, minor));
      }
      try {
        return FileStatus.of(at.directory(), at.name(), place);
      } catch (PosixException e) {
        delete(at);
        throw e;
      }
    });
  }

  /** Makes anything but a directory or symbolic link. */
  void mknod(Path place, FileType type, int mode, int major, int minor) throws PosixException {
    at(place, at -> mknod(at, place, type, mode, makedev(major, minor)));
  }

  private static long mknod(Located at, Path place, FileType type, int mode, long device)
      throws PosixException {
    long result = FileCalls.mknodat(at.directory(), at.name(), type.format() | mode, device);
    return LinuxErrors.check(result, "mknodat", place);
  }

  /** {@code gnu_dev_makedev} of {@code <sys/sysmacros.h>}; other C libraries number devices in the same way. */
  private static long makedev(int major, int minor) {
    return (major & 0xFFFFF000L) << 32
        | (major & 0xFFFL) << 8
        | (minor & 0xFFFFFF00L) << 12
        | minor & 0xFFL;
  }

  void symlink(Path place, byte[] target) throws PosixException {
    call("symlinkat", place, at -> {
      MemorySegment text = at.arena().allocate(target.length + 1L);
      MemorySegment.copy(target, 0, text, JAVA_BYTE, 0, target.length);
      return FileCalls.symlinkat(text, at.directory(), at.name());
    });
  }

  void link(Path existing, Path added) throws PosixException {
    LinuxErrors.check(
        both(
            existing,
            added,
            (from, to) ->
                FileCalls.linkat(from.directory(), from.name(), to.directory(), to.name()),
            false),
        "linkat",
        added);
  }

  void rename(Path from, Path to) throws PosixException {
    LinuxErrors.check(
        both(
            from,
            to,
            (one, other) -> FileCalls.renameat2(
                one.directory(), one.name(), other.directory(), other.name(), 0),
            true),
        "renameat2",
        to);
  }

  /** Exchanges two names; false if the file system can't. */
  boolean exchange(Path one, Path other) throws PosixException {
    long result = both(
        one,
        other,
        (a, b) ->
            FileCalls.renameat2(a.directory(), a.name(), b.directory(), b.name(), RENAME_EXCHANGE),
        true);
    if (LinuxErrors.is(result, Errno.EINVAL, Errno.ENOSYS)) {
      return false;
    }
    LinuxErrors.check(result, "renameat2", other);
    return true;
  }

  /** A system call about two names. */
  @FunctionalInterface
  private interface PairCall {
    long make(Located one, Located other);
  }

  /** The kernel wants to write into a directory that it moves to another. */
  private long both(Path one, Path other, PairCall call, boolean themselves) throws PosixException {
    return access.run(
        () -> {
          try (Located a = places.locate(one);
              Located b = places.locate(other)) {
            long result = call.make(a, b);
            return LinuxErrors.is(result, Errno.EACCES)
                ? LinuxErrors.check(result, "linkat or renameat2", other)
                : result;
          }
        },
        themselves,
        one,
        other);
  }

  void delete(Path place) throws PosixException {
    call("unlinkat", place, NativeFiles::delete);
  }

  private static long delete(Located at) {
    long result = FileCalls.unlinkat(at.directory(), at.name());
    return LinuxErrors.is(result, Errno.EISDIR)
        ? FileCalls.rmdirat(at.directory(), at.name())
        : result;
  }

  /** Sets owner and group, -1 for what stays. */
  void chown(Path place, long uid, long gid) throws PosixException {
    call(
        "fchownat",
        place,
        at -> FileCalls.fchownat(at.directory(), at.name(), (int) uid, (int) gid));
  }

  /** Sets the mode of what is no symbolic link. There is no call for a name that does not follow it before Linux 6.6. */
  void chmod(Path place, int mode) throws PosixException {
    access.run(() -> takeObject(place, found -> chmod(found, place, mode)), false, place);
  }

  private static long chmod(Descriptor object, Path place, int mode) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      return LinuxErrors.check(FileCalls.chmod(object.path(arena), mode), "chmod", place);
    }
  }

  void setTimes(Path place, Timespec atime, Timespec mtime) throws PosixException {
    call("utimensat", place, at -> {
      MemorySegment times = times(atime, mtime, at.arena());
      return FileCalls.utimensat(at.directory(), at.name(), times);
    });
  }

  /** Returns {@code struct timespec[2]} of {@code <time.h>}. */
  static MemorySegment times(Timespec atime, Timespec mtime, Arena arena) {
    MemorySegment times = arena.allocate(32, Long.BYTES);
    times.set(JAVA_LONG, 0, atime.seconds());
    times.set(JAVA_LONG, 8, atime.nanos());
    times.set(JAVA_LONG, 16, mtime.seconds());
    times.set(JAVA_LONG, 24, mtime.nanos());
    return times;
  }

  /** Makes a regular file or directory durable; anything else is durable with its directory. */
  void sync(Path place) throws PosixException {
    object(place, found -> {
      FileType type = FileStatus.of(found, place).type();
      if (type != FileType.REGULAR && type != FileType.DIRECTORY) {
        return 0L;
      }
      try (Descriptor object = found.reopen(OpenFlags.READ_ONLY, place)) {
        return LinuxErrors.check(FileCalls.fsync(object.number()), "fsync", place);
      }
    });
  }

  /** Makes the whole file system of a regular file or directory durable. */
  void syncAll(Path any) throws PosixException {
    at(any, at -> {
      try (Descriptor open = at.open(OpenFlags.READ_ONLY | OpenFlags.NON_BLOCKING, any)) {
        return LinuxErrors.check(FileCalls.syncfs(open.number()), "syncfs", any);
      }
    });
  }

  /** Returns memory for an extended attribute's name. */
  static MemorySegment text(byte[] bytes, Arena arena) {
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
    return segment;
  }
}
