package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads directories: {@code struct linux_dirent64} of {@code <linux/dirent.h>}. */
final class Listing {
  private static final long BUFFER = 32 << 10;
  private static final long RECORD_LENGTH = 16;
  private static final long NAME = 19;

  private Listing() {}

  /** Returns the names in an open directory, without {@code .} and {@code ..}. */
  static List<Name> of(Descriptor directory, Path place) throws PosixException {
    List<Name> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER, Long.BYTES);
      while (true) {
        long length = LinuxErrors.check(
            FileCalls.getdents64(directory.number(), buffer), "getdents64", place);
        if (length == 0) {
          return names;
        }
        for (long at = 0; at < length; ) {
          int record = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + RECORD_LENGTH));
          add(buffer.asSlice(at + NAME, record - NAME), names);
          at += record;
        }
      }
    }
  }

  private static void add(MemorySegment padded, List<Name> names) {
    int length = 0;
    while (padded.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    byte[] name = padded.asSlice(0, length).toArray(JAVA_BYTE);
    boolean dots = name[0] == '.' && (length == 1 || length == 2 && name[1] == '.');
    if (!dots) {
      names.add(Name.ofBytes(name));
    }
  }
}
