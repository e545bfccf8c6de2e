package dev.layerfs.nio;

import dev.layerfs.erofs.FileMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullMarked;

/**
 * Maps to segments of an arena, which ends them: when it is closed, or, if it is automatic, when none can be reached.
 *
 * @param arena the arena; only the host knows whether this thread may use it
 */
@NullMarked // not compiled within the module, which says so for all others
record SegmentMapper(Arena arena) implements FileMapper<MemorySegment> {
  SegmentMapper {
    Objects.requireNonNull(arena);
  }

  @Override
  public MemorySegment map(FileChannel host, MapMode mode, long offset, long size)
      throws IOException {
    return host.map(mode, offset, size, arena);
  }

  /** A slice keeps its scope reachable, but not the segment it was cut from. */
  @Override
  public BooleanSupplier inUse(MemorySegment mapping) {
    WeakReference<MemorySegment.Scope> reference = new WeakReference<>(mapping.scope());
    return () -> {
      MemorySegment.Scope scope = reference.get();
      return scope != null && scope.isAlive();
    };
  }
}
