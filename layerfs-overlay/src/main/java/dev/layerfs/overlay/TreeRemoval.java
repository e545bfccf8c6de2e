package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Deletes a directory with all that is in it. Directories in it are moved up to its top before they are emptied, so that a tree
 * of any depth needs no path, no stack and three open descriptors.
 */
final class TreeRemoval {
  private final Descriptor top;
  private final Path place;
  private final Deque<byte[]> left = new ArrayDeque<>();
  private long moved;

  private TreeRemoval(Descriptor top, Path place) {
    this.top = top;
    this.place = place;
  }

  /**
   * Deletes what has a name, if anything has.
   *
   * @param at the name
   * @param place what it is, for messages
   */
  static void delete(Located at, Path place) throws PosixException {
    long result = FileCalls.unlinkat(at.directory(), at.name());
    if (LinuxErrors.is(result, Errno.ENOENT)) {
      return;
    }
    if (!LinuxErrors.is(result, Errno.EISDIR)) {
      LinuxErrors.check(result, "unlinkat", place);
      return;
    }
    try (Descriptor top = open(at.directory(), at.name(), place)) {
      new TreeRemoval(top, place).empty();
    }
    LinuxErrors.check(FileCalls.rmdirat(at.directory(), at.name()), "unlinkat", place);
  }

  private void empty() throws PosixException {
    clear(top, true);
    while (!left.isEmpty()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment name = NativeFiles.text(left.poll(), arena);
        try (Descriptor directory = open(top.number(), name, place)) {
          clear(directory, false);
        }
        LinuxErrors.check(FileCalls.rmdirat(top.number(), name), "unlinkat", place);
      }
    }
  }

  /** Deletes what is in a directory but directories that are not empty, which are moved to the top. */
  private void clear(Descriptor directory, boolean isTop) throws PosixException {
    for (Name entry : Listing.of(directory, place)) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment name = NativeFiles.text(entry.toBytes(), arena);
        long result = FileCalls.unlinkat(directory.number(), name);
        if (!LinuxErrors.is(result, Errno.EISDIR)) {
          LinuxErrors.check(result, "unlinkat", place);
        } else if (isTop) {
          left.add(entry.toBytes());
        } else if (FileCalls.rmdirat(directory.number(), name) < 0) {
          left.add(moveUp(directory, name, arena));
        }
      }
    }
  }

  private byte[] moveUp(Descriptor directory, MemorySegment name, Arena arena)
      throws PosixException {
    open(directory.number(), name, place).close(); // it is opened to its owner, if it wasn't
    while (true) {
      byte[] free = ("moved-" + moved++).getBytes(StandardCharsets.US_ASCII);
      MemorySegment target = NativeFiles.text(free, arena);
      long result = FileCalls.renameat2(directory.number(), name, top.number(), target, 0);
      if (!LinuxErrors.is(result, Errno.EEXIST, Errno.ENOTEMPTY, Errno.ENOTDIR)) {
        LinuxErrors.check(result, "renameat2", place);
        return free;
      }
    }
  }

  /** Opens a directory to be emptied. One that shuts its owner out is given a mode that doesn't. */
  private static Descriptor open(int parent, MemorySegment name, Path place) throws PosixException {
    long flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY;
    try (Arena arena = Arena.ofConfined();
        Descriptor found = Descriptor.open(parent, name, OpenFlags.PATH, place)) {
      if ((FileStatus.of(found, place).mode() & 0700) != 0700) {
        LinuxErrors.check(FileCalls.chmod(found.path(arena), 0700), "chmod", place);
      }
      return Descriptor.open(parent, name, flags, place);
    }
  }
}
