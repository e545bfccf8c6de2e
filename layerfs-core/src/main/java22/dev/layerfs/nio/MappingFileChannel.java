package dev.layerfs.nio;

import dev.layerfs.erofs.FileMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.NullMarked;

/** A channel that maps in whatever ways the JDK has: to an {@link Arena}, too. */
@NullMarked // not compiled within the module, which says so for all others
abstract class MappingFileChannel extends FileChannel {
  /** Maps a region of the file, made longer if that is needed and allowed. */
  abstract <T> T map(MapMode mode, long from, long size, FileMapper<T> mapper) throws IOException;

  /**
   * Maps where the host can, as {@link #map(MapMode, long, long)} does, until the arena is closed.
   *
   * @throws UnsupportedOperationException if the host can't map files to arenas, or the file does not lie in one piece
   */
  @Override
  public final MemorySegment map(MapMode mode, long from, long size, Arena arena)
      throws IOException {
    FileMapper<MemorySegment> mapper = new SegmentMapper(arena);
    if (!arena.scope().isAlive()) { // comes before all that may be wrong with the file
      throw new IllegalStateException("Already closed");
    }
    return map(mode, from, size, mapper);
  }
}
