package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A name in a directory that is open for one call: whatever happens to the path meanwhile, the call is about that directory,
 * and no symbolic link led there. Paths of any length are walked in pieces that a kernel takes.
 */
final class Located implements AutoCloseable {
  private static final byte[] ITSELF = {'.'};
  private static final int MAX_PATH = 4095; // PATH_MAX of <linux/limits.h>, without the zero byte

  private final Arena arena;
  private final Descriptor directory;
  private final byte[] nameBytes;
  private final MemorySegment name;

  private Located(Arena arena, Descriptor directory, byte[] name) {
    this.arena = arena;
    this.directory = directory;
    this.nameBytes = name;
    this.name = zeroEnded(name, 0, name.length, arena);
  }

  /**
   * Opens the directory of a place.
   *
   * @param start where the path begins; {@link FileCalls#AT_FDCWD} for a path from the root
   * @param path the path; an empty one is the directory where it begins
   * @param place what it is of, for messages
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with what is returned
  static Located of(int start, byte[] path, Path place) throws PosixException {
    int slash = path.length - 1;
    while (slash >= 0 && path[slash] != '/') {
      slash--;
    }
    Arena arena = Arena.ofConfined();
    try {
      byte[] above = slash < 0 ? ITSELF : Arrays.copyOf(path, Math.max(1, slash));
      byte[] name = Arrays.copyOfRange(path, slash + 1, path.length);
      Descriptor directory = openDirectory(start, above, arena, place);
      return new Located(arena, directory, name.length == 0 ? ITSELF : name);
    } catch (PosixException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Opens or creates what is at a place; a link is not followed. One call, unless the path is too long for that.
   *
   * @param start where the path begins; {@link FileCalls#AT_FDCWD} for a path from the root
   * @param path the path; an empty one is the directory where it begins
   * @param flags {@link OpenFlags}
   * @param mode of what is created; 0 if nothing is
   * @param place what it is of, for messages
   */
  static Descriptor open(int start, byte[] path, long flags, int mode, Path place)
      throws PosixException {
    if (path.length == 0 || path.length > MAX_PATH) {
      try (Located at = of(start, path, place)) {
        return Descriptor.open(at.directory(), at.nameBytes, flags, mode, place);
      }
    }
    return Descriptor.open(start, path, flags, mode, place);
  }

  private static Descriptor openDirectory(int start, byte[] path, Arena arena, Path place)
      throws PosixException {
    Descriptor at = null;
    int from = 0;
    while (from < path.length) {
      int to = piece(path, from, path.length);
      MemorySegment piece = zeroEnded(path, from, to, arena);
      Descriptor next;
      try {
        next = Descriptor.open(
            at == null ? start : at.number(), piece, OpenFlags.PATH | OpenFlags.DIRECTORY, place);
      } finally {
        if (at != null) {
          at.close();
        }
      }
      at = next;
      from = to + 1;
    }
    return Objects.requireNonNull(at);
  }

  /** Returns where a piece ends that is short enough: at a slash, or at the end. */
  private static int piece(byte[] path, int from, int end) {
    if (end - from <= MAX_PATH) {
      return end;
    }
    int to = from + MAX_PATH;
    while (path[to] != '/') { // names are far shorter than a piece
      to--;
    }
    return to;
  }

  private static MemorySegment zeroEnded(byte[] bytes, int from, int to, Arena arena) {
    MemorySegment segment = arena.allocate(to - from + 1L); // it is zeroed
    MemorySegment.copy(bytes, from, segment, ValueLayout.JAVA_BYTE, 0, to - from);
    return segment;
  }

  /** Returns the directory's descriptor. */
  int directory() {
    return directory.number();
  }

  /** Returns the name, for calls. */
  MemorySegment name() {
    return name;
  }

  /** Returns memory that is freed when this is closed. */
  Arena arena() {
    return arena;
  }

  /** Returns a path through the open directory, for calls that know no directories; it must not follow the name itself. */
  MemorySegment path() {
    return rawPath().in(arena);
  }

  /** Returns the same as {@link #path}. */
  RawPath rawPath() {
    return RawPath.ofText(directory.path() + "/").append(nameBytes);
  }

  /** Opens what has the name; it is not followed. */
  Descriptor open(long flags, Path place) throws PosixException {
    return Descriptor.open(directory(), name, flags, place);
  }

  /** Opens the directory itself once more, so that it stays open. */
  Descriptor itself(long flags, Path place) throws PosixException {
    return Descriptor.open(directory(), zeroEnded(ITSELF, 0, 1, arena), flags, place);
  }

  @Override
  public void close() {
    directory.close();
    arena.close();
  }
}
