package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Fills an empty file with a range of another: with the same blocks, or, if there are holes to keep, copied by the kernel. */
final class BlockCopy {
  private static final long FICLONERANGE = 0x4020940DL; // <linux/fs.h>
  private static final long BLOCK = 4096;

  /** What file systems answer that can't share these blocks, or copy between these files. */
  private static final Errno[] CANNOT = {
    Errno.ENOTSUP, Errno.EXDEV, Errno.EINVAL, Errno.ENOSYS, Errno.EPERM, Errno.EBADF
  };

  private static final int ENOTTY =
      25; // <asm-generic/errno-base.h>: no ioctl of that file system's
  private static final int ETXTBSY = 26; // <asm-generic/errno-base.h>: a file that is swapped to

  private final int target;
  private final int source;
  private final long offset;
  private final long length;
  private final Path place;

  /**
   * Prepares a copy.
   *
   * @param target an empty file, open for writing
   * @param source a file, open for reading
   * @param offset where the range begins, at a block
   * @param length how long it is
   * @param place what is filled, for messages
   */
  BlockCopy(Descriptor target, Descriptor source, long offset, long length, Path place) {
    this.target = target.number();
    this.source = source.number();
    this.offset = offset;
    this.length = length;
    this.place = place;
  }

  /** Returns whether the file is filled; if not it is still empty. */
  boolean copy(Stat sourceStat) throws PosixException {
    if (sourceStat.size() < offset + length) {
      return false;
    }
    return share(sourceStat.size()) || hasHoles() && copyData();
  }

  /** Blocks are shared as a whole, but for the last one of a file. */
  private boolean share(long sourceSize) throws PosixException {
    long blocks = (length + BLOCK - 1) / BLOCK * BLOCK;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocate(32, Long.BYTES); // struct file_clone_range
      range.set(JAVA_LONG, 0, source);
      range.set(JAVA_LONG, 8, offset);
      range.set(JAVA_LONG, 16, Math.min(blocks, sourceSize - offset));
      long result = FileCalls.ioctl(target, FICLONERANGE, range);
      if (LinuxErrors.is(result, CANNOT) || result == -ENOTTY || result == -ETXTBSY) {
        return false;
      }
      LinuxErrors.check(result, "ioctl FICLONERANGE", place);
      truncate(length);
      return true;
    }
  }

  private boolean hasHoles() {
    long hole = FileCalls.lseek(source, offset, FileCalls.SEEK_HOLE);
    return hole >= 0 && hole < offset + length;
  }

  private boolean copyData() throws PosixException {
    long end = offset + length;
    long from = FileCalls.lseek(source, offset, FileCalls.SEEK_DATA);
    while (from >= 0 && from < end) {
      long to = Math.min(end, FileCalls.lseek(source, from, FileCalls.SEEK_HOLE));
      if (to <= from || !copySegment(from, to)) {
        truncate(0);
        return false;
      }
      from = FileCalls.lseek(source, to, FileCalls.SEEK_DATA); // a failure is that there is no more
    }
    truncate(length);
    return true;
  }

  private boolean copySegment(long from, long to) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocate(JAVA_LONG);
      MemorySegment out = arena.allocate(JAVA_LONG);
      in.set(JAVA_LONG, 0, from);
      out.set(JAVA_LONG, 0, from - offset);
      while (in.get(JAVA_LONG, 0) < to) {
        long left = to - in.get(JAVA_LONG, 0);
        long copied = FileCalls.copyFileRange(source, in, target, out, left);
        if (copied == 0 || LinuxErrors.is(copied, CANNOT)) {
          return false;
        }
        LinuxErrors.check(copied, "copy_file_range", place);
      }
      return true;
    }
  }

  private void truncate(long size) throws PosixException {
    LinuxErrors.check(FileCalls.ftruncate(target, size), "ftruncate", place);
  }
}
