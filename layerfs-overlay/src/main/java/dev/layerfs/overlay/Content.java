package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** The content of regular files. Nothing else is ever opened: that could wait for ever, or wake up a device. */
final class Content {
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  private Content() {}

  /** Opens a file as a channel of the JDK's, which knows it by its descriptor's path only. */
  static FileChannel open(Located at, Path place, boolean write) throws PosixException {
    try (Descriptor found = at.open(OpenFlags.PATH, place)) {
      requireRegular(FileStatus.of(found, place).type(), place);
      try {
        return FileChannel.open(Path.of(found.path()), write ? WRITE : READ);
      } catch (IOException e) {
        throw failure(found, write, place, e);
      }
    }
  }

  private static void requireRegular(FileType type, Path place) throws PosixException {
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
    try (Arena arena = Arena.ofConfined()) {
      long flags = (write ? OpenFlags.READ_WRITE : OpenFlags.READ_ONLY) | OpenFlags.CLOSE_ON_EXEC;
      long again = FileCalls.openat2(FileCalls.AT_FDCWD, found.path(arena), flags, 0, 0);
      PosixException failure;
      if (again >= 0) {
        FileCalls.close((int) again);
        failure = new PosixException(Errno.EIO, place + ": open");
      } else {
        failure = LinuxErrors.of(again, "open", place);
      }
      failure.initCause(cause);
      return failure;
    }
  }

  /** Fills an empty file with a range of a file anywhere, if the kernel can do it better than a program. */
  static boolean copyRange(Located at, Path place, Path source, long offset, long length)
      throws PosixException {
    if (!source.getFileSystem().equals(FileSystems.getDefault())) {
      return false;
    }
    MemorySegment path = NativeFiles.text(Places.bytesOf(source), at.arena());
    long flags = OpenFlags.READ_ONLY | OpenFlags.CLOSE_ON_EXEC | OpenFlags.NON_BLOCKING;
    long opened = FileCalls.openat2(FileCalls.AT_FDCWD, path, flags, 0, 0);
    if (opened < 0) {
      return false; // who reads it for a copy will be told why
    }
    try (Descriptor from = new Descriptor((int) opened)) {
      Stat stat = FileStatus.of(from, source);
      if (stat.type() != FileType.REGULAR) {
        return false;
      }
      try (Descriptor to = at.open(OpenFlags.READ_WRITE, place)) {
        return new BlockCopy(to, from, offset, length, place).copy(stat);
      }
    }
  }
}
