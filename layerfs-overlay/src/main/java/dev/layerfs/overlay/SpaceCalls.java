package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.SizedFiles.Capacity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** System calls about the space of a file system, for 64-bit processes. */
final class SpaceCalls {
  /** {@code struct statvfs} of {@code <bits/statvfs.h>}. */
  private static final int STATVFS_SIZE = 128;

  private static final long F_FRSIZE = 8;
  private static final long F_BAVAIL = 32;
  private static final long F_FAVAIL = 56;

  private static final MethodHandle STATVFS =
      NativeFunction.of("statvfs", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle FALLOCATE =
      NativeFunction.of("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

  private SpaceCalls() {}

  /** Returns what is free on the file system of a path. */
  static Capacity free(Path path) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(STATVFS_SIZE, Long.BYTES);
      MemorySegment name = RawPath.of(path).in(arena);
      check(state -> (long) STATVFS.invokeExact(state, name, found), "statvfs", path);
      long block = found.get(JAVA_LONG, F_FRSIZE);
      return new Capacity(found.get(JAVA_LONG, F_BAVAIL) * block, found.get(JAVA_LONG, F_FAVAIL));
    }
  }

  /** Opens a file to write to it. */
  static Descriptor open(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = RawPath.of(file.toRealPath()).in(arena);
      return Descriptor.open(FileCalls.AT_FDCWD, name, OpenFlags.READ_WRITE, file);
    }
  }

  /** Allocates blocks to an empty file. */
  static void allocate(Descriptor file, long size, Path name) throws PosixException {
    if (size > 0) {
      check(
          state -> (long) FALLOCATE.invokeExact(state, file.number(), 0, 0L, size),
          "fallocate",
          name);
    }
  }

  static void truncate(Descriptor file, long size, Path name) throws PosixException {
    LinuxErrors.check(FileCalls.ftruncate(file.number(), size), "ftruncate", name);
  }

  private interface Call {
    long make(MemorySegment errno) throws Throwable;
  }

  private static void check(Call call, String name, Path subject) throws PosixException {
    long result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.errnoSegment(arena);
      result = call.make(state) == -1 ? -NativeFunction.errno(state) : 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native function throws nothing", e);
    }
    LinuxErrors.check(result, name, subject);
  }
}
