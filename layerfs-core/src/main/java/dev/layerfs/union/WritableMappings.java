package dev.layerfs.union;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What of the upper is mapped for writing. All that can be known of a mapping is that it may still be in use. */
final class WritableMappings {
  private final List<BooleanSupplier> mappings = new ArrayList<>();

  /** Adds a mapping by what tells whether it may still be in use. */
  synchronized void add(BooleanSupplier inUse) {
    forgetUnused();
    mappings.add(inUse);
  }

  /** Whether any may still be in use. */
  synchronized boolean any() {
    forgetUnused();
    return !mappings.isEmpty();
  }

  private void forgetUnused() {
    mappings.removeIf(inUse -> !inUse.getAsBoolean());
  }
}
