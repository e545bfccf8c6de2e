package dev.layerfs.union;

import java.lang.ref.WeakReference;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the upper is mapped for writing. Only the garbage collector ends a mapping, so all that can be known of one is
 * that it may still be in use; slices and duplicates keep it reachable.
 */
final class WritableMappings {
  private final List<WeakReference<MappedByteBuffer>> mappings = new ArrayList<>();

  synchronized void add(MappedByteBuffer mapping) {
    mappings.removeIf(known -> known.get() == null);
    mappings.add(new WeakReference<>(mapping));
  }

  /** Whether any may still be in use. */
  synchronized boolean any() {
    mappings.removeIf(known -> known.get() == null);
    return !mappings.isEmpty();
  }
}
