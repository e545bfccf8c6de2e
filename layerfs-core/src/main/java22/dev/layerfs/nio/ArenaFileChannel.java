package dev.layerfs.nio;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** A channel that maps to an {@link Arena}, too. */
@NullMarked // not compiled within the module, which says so for all others
final class ArenaFileChannel extends LayerFileChannel {
  ArenaFileChannel(
      FileHandle handle, Set<OpenFlag> flags, LayerFileSystem fileSystem, Interrupts interrupts) {
    super(handle, flags, fileSystem, interrupts);
  }

  /**
   * Maps where the host can, as {@link #map(MapMode, long, long)} does, until the arena is closed.
   *
   * @throws UnsupportedOperationException if the host can't map files to arenas, or the file does not lie in one piece
   */
  @Override
  public MemorySegment map(MapMode mode, long from, long size, Arena arena) throws IOException {
    SegmentMapper mapper = new SegmentMapper(arena);
    if (!arena.scope().isAlive()) { // comes before all that may be wrong with the file
      throw new IllegalStateException("Already closed");
    }
    return map(mode, from, size, mapper);
  }
}
