package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The extended attributes that the file system itself keeps of any object, symbolic links included. */
final class NativeXattrs {
  private static final byte[] NONE = {};
  private static final long SMALL = 512;
  private static final long LARGEST =
      64 << 10; // XATTR_LIST_MAX and XATTR_SIZE_MAX of <linux/limits.h>

  private final NativeFiles files;

  NativeXattrs(NativeFiles files) {
    this.files = files;
  }

  /** A call that fills a buffer, or says that it is too small. */
  @FunctionalInterface
  private interface Reading {
    long into(MemorySegment buffer);
  }

  List<Name> list(Path place) throws PosixException {
    return files.inside(place, at -> {
      MemorySegment path = at.path();
      return split(read(
              at.arena(),
              buffer -> FileCalls.llistxattr(path, buffer),
              "llistxattr",
              place,
              Errno.ENOTSUP)
          .orElse(NONE));
    });
  }

  /** Returns the names of the attributes of what is open to be read. */
  static List<Name> list(Descriptor open, Path place) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      Reading list = buffer -> FileCalls.flistxattr(open.number(), buffer);
      return split(read(arena, list, "flistxattr", place, Errno.ENOTSUP).orElse(NONE));
    }
  }

  private static List<Name> split(byte[] zeroEnded) {
    List<Name> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < zeroEnded.length; i++) {
      if (zeroEnded[i] == 0) {
        names.add(Name.ofBytes(zeroEnded, start, i));
        start = i + 1;
      }
    }
    return names;
  }

  /** Returns a value, null if there is none, or the object or its file system can't have it. */
  byte @Nullable [] get(Path place, Name name) throws PosixException {
    Optional<byte[]> value = files.inside(place, at -> {
      MemorySegment path = at.path();
      MemorySegment attribute = NativeFiles.text(name.toBytes(), at.arena());
      return read(
          at.arena(),
          buffer -> FileCalls.lgetxattr(path, attribute, buffer),
          "lgetxattr",
          place + " " + name,
          Errno.ENODATA,
          Errno.ENOTSUP,
          Errno.EPERM,
          Errno.EINVAL); // capabilities that are none, which a file system may hold
    });
    return value.orElse(null);
  }

  private static Optional<byte[]> read(
      Arena arena, Reading reading, String call, Object subject, Errno... none)
      throws PosixException {
    MemorySegment buffer = arena.allocate(SMALL);
    long length = reading.into(buffer);
    if (LinuxErrors.is(length, Errno.ERANGE)) {
      buffer = arena.allocate(LARGEST);
      length = reading.into(buffer);
    }
    if (LinuxErrors.is(length, none)) {
      return Optional.empty();
    }
    LinuxErrors.check(length, call, subject);
    return Optional.of(buffer.asSlice(0, length).toArray(JAVA_BYTE));
  }

  void set(Path place, Name name, byte[] value) throws PosixException {
    files.inside(place, at -> {
      MemorySegment bytes = at.arena().allocate(Math.max(1, value.length)).asSlice(0, value.length);
      MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
      MemorySegment attribute = NativeFiles.text(name.toBytes(), at.arena());
      return LinuxErrors.check(
          FileCalls.lsetxattr(at.path(), attribute, bytes), "lsetxattr", place + " " + name);
    });
  }

  /** Removes an attribute, if there is one that this process can have set. */
  void remove(Path place, Name name) throws PosixException {
    remove(place, name, Errno.ENODATA, Errno.ENOTSUP, Errno.EPERM);
  }

  /** Removes an attribute that anybody may have set; that there is none is no failure. */
  void removeStrictly(Path place, Name name) throws PosixException {
    remove(place, name, Errno.ENODATA);
  }

  private void remove(Path place, Name name, Errno... none) throws PosixException {
    files.inside(place, at -> {
      MemorySegment attribute = NativeFiles.text(name.toBytes(), at.arena());
      long result = FileCalls.lremovexattr(at.path(), attribute);
      return LinuxErrors.is(result, none)
          ? 0
          : LinuxErrors.check(result, "lremovexattr", place + " " + name);
    });
  }
}
