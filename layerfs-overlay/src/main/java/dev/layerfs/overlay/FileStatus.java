package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** {@code struct statx} of {@code <linux/stat.h>}. */
final class FileStatus {
  private static final long SIZE = 256;
  private static final long NLINK = 16;
  private static final long UID = 20;
  private static final long GID = 24;
  private static final long MODE = 28;
  private static final long INODE = 32;
  private static final long LENGTH = 40;
  private static final long BLOCKS = 48;
  private static final long ATIME = 64;
  private static final long CTIME = 96;
  private static final long MTIME = 112;
  private static final long RDEV_MAJOR = 128;
  private static final long RDEV_MINOR = 132;
  private static final long NANOS = 8; // in struct statx_timestamp

  private FileStatus() {}

  /** Returns the attributes of what a directory has under a name; an empty name is the directory. */
  static Stat of(int directory, MemorySegment name, Path place) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(SIZE, Long.BYTES);
      LinuxErrors.check(FileCalls.statx(directory, name, s), "statx", place);
      return decode(s);
    }
  }

  /** Returns all attributes of what is open. */
  static Stat ofAll(Descriptor open, Path place) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(SIZE, Long.BYTES);
      LinuxErrors.check(FileCalls.statx(open.number(), s), "statx", place);
      return decode(s);
    }
  }

  /**
   * Returns the attributes of what is open, but not its times. Who asks for those makes Linux (6.13 and later) keep apart what is
   * written before and after, so that each next write would change the inode.
   */
  static Stat of(Descriptor open, Path place) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(SIZE, Long.BYTES);
      LinuxErrors.check(FileCalls.statxWithoutTimes(open.number(), s), "statx", place);
      return decode(s);
    }
  }

  private static Stat decode(MemorySegment s) {
    int mode = Short.toUnsignedInt(s.get(JAVA_SHORT, MODE));
    return new Stat(
        FileType.ofMode(mode),
        mode & 07777,
        Integer.toUnsignedLong(s.get(JAVA_INT, UID)),
        Integer.toUnsignedLong(s.get(JAVA_INT, GID)),
        s.get(JAVA_LONG, LENGTH),
        s.get(JAVA_INT, NLINK),
        s.get(JAVA_LONG, INODE),
        s.get(JAVA_INT, RDEV_MAJOR),
        s.get(JAVA_INT, RDEV_MINOR),
        s.get(JAVA_LONG, BLOCKS),
        s.get(JAVA_LONG, MTIME),
        s.get(JAVA_INT, MTIME + NANOS),
        s.get(JAVA_LONG, ATIME),
        s.get(JAVA_INT, ATIME + NANOS),
        s.get(JAVA_LONG, CTIME),
        s.get(JAVA_INT, CTIME + NANOS));
  }
}
