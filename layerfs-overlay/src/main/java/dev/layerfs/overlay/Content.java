package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.DataRange;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The content of regular files. Nothing else is to be opened: that could wait for ever, or wake up a device. */
final class Content {
  private Content() {}

  /** Opens a file as a channel of the JDK's, which knows it by its descriptor's path only. */
  static FileChannel open(Descriptor found, Path place, boolean write) throws PosixException {
    requireRegular(FileStatus.of(found, place).type(), place);
    try {
      return ReopenedFile.open(found, write);
    } catch (IOException e) {
      throw failure(found, write, place, e);
    }
  }

  /** Opens what is known to be a regular file; were it another, this would neither wait nor follow a link. */
  static FileChannel openKnown(NativeFiles files, Path place, boolean write) throws PosixException {
    long flags = (write ? OpenFlags.READ_WRITE : OpenFlags.READ_ONLY) | OpenFlags.NON_BLOCKING;
    return new DescriptorChannel(files.open(place, flags, 0), write, place);
  }

  /** Checks that something can be opened without any effect. */
  static void requireRegular(FileType type, Path place) throws PosixException {
    if (type != FileType.REGULAR) {
      Errno errno = switch (type) {
        case DIRECTORY -> Errno.EISDIR;
        case SYMLINK -> Errno.ELOOP;
        default -> Errno.ENXIO;
      };
      throw new PosixException(errno, place + ": not a regular file");
    }
  }

  /** The JDK keeps no errno, so the kernel is asked again. */
  private static PosixException failure(
      Descriptor found, boolean write, Path place, IOException cause) {
    PosixException failure;
    try (Descriptor again =
        found.reopen(write ? OpenFlags.READ_WRITE : OpenFlags.READ_ONLY, place)) {
      failure = new PosixException(Errno.EIO, again.path() + ": open");
    } catch (PosixException e) {
      failure = e;
    }
    failure.initCause(cause);
    return failure;
  }

  /** Returns what of a file is stored. */
  static List<DataRange> data(Located at, Path place) throws PosixException {
    try (Descriptor found = at.open(OpenFlags.PATH, place)) {
      requireRegular(FileStatus.of(found, place).type(), place);
      try (Descriptor file = found.reopen(OpenFlags.READ_ONLY, place)) {
        return data(file.number(), place);
      }
    }
  }

  private static List<DataRange> data(int file, Path place) throws PosixException {
    List<DataRange> ranges = new ArrayList<>();
    long from = FileCalls.lseek(file, 0, FileCalls.SEEK_DATA);
    while (!LinuxErrors.is(from, Errno.ENXIO)) {
      LinuxErrors.check(from, "lseek SEEK_DATA", place);
      long to = FileCalls.lseek(file, from, FileCalls.SEEK_HOLE);
      LinuxErrors.check(to, "lseek SEEK_HOLE", place);
      ranges.add(new DataRange(from, to));
      from = FileCalls.lseek(file, to, FileCalls.SEEK_DATA);
    }
    return ranges;
  }

  /**
   * Fills an empty file with a range of a file anywhere, if the kernel can do it better than a program.
   *
   * @param resolve how the source is found: {@code RESOLVE_} bits of {@code <linux/openat2.h>}
   */
  static boolean copyRange(
      Located at, Path place, Path source, long resolve, long offset, long length)
      throws PosixException {
    if (!source.getFileSystem().equals(FileSystems.getDefault())) {
      return false;
    }
    MemorySegment path = NativeFiles.text(Places.bytesOf(source), at.arena());
    long flags = OpenFlags.PATH | OpenFlags.CLOSE_ON_EXEC;
    long found = FileCalls.openat2(FileCalls.AT_FDCWD, path, flags, 0, resolve);
    if (found < 0) {
      return false; // who reads it for a copy will be told why
    }
    try (Descriptor object = new Descriptor((int) found)) {
      Stat stat = FileStatus.of(object, source);
      return stat.type() == FileType.REGULAR && copy(at, place, object, stat, offset, length);
    }
  }

  private static boolean copy(
      Located at, Path place, Descriptor source, Stat stat, long offset, long length)
      throws PosixException {
    try (Descriptor from = source.reopen(OpenFlags.READ_ONLY, place);
        Descriptor found = at.open(OpenFlags.PATH, place)) {
      requireRegular(FileStatus.of(found, place).type(), place);
      try (Descriptor to = found.reopen(OpenFlags.READ_WRITE, place)) {
        return new BlockCopy(to, from, offset, length, place).copy(stat);
      }
    }
  }
}
