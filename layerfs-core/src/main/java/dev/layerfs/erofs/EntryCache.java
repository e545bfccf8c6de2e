package dev.layerfs.erofs;

import dev.layerfs.posix.Name;
import org.jspecify.annotations.Nullable;

/**
 * What names of directories were found to be lately, and which were found missing: what a kernel's dentry cache is for a
 * path on disk. Each entry has two slots, which it shares with others; the latest stay. Safe for use by several threads
 * without a lock, because entries are immutable: a race loses one, and never mixes two.
 */
final class EntryCache {
  private static final int MIN_BITS = 6;
  private static final int MAX_BITS = 16;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final @Nullable ImageEntry[] slots;
  private final int shift;

  /**
   * Makes an empty cache.
   *
   * @param inodes how many the image has; half as many slots are too few
   */
  EntryCache(long inodes) {
    int bits = Math.min(MAX_BITS, Math.max(MIN_BITS, 65 - Long.numberOfLeadingZeros(inodes)));
    slots = new ImageEntry[1 << bits];
    shift = 32 - bits;
  }

  /** Returns what is known of a name; null if nothing is. */
  @Nullable
  ImageEntry get(long directory, Name name) {
    int first = first(directory, name);
    ImageEntry latest = slots[first];
    if (latest != null && is(latest, directory, name)) {
      return latest;
    }
    ImageEntry before = slots[first + 1];
    return before != null && is(before, directory, name) ? before : null;
  }

  private static boolean is(ImageEntry entry, long directory, Name name) {
    return entry.directory() == directory && entry.name().equals(name);
  }

  void put(ImageEntry entry) {
    int first = first(entry.directory(), entry.name());
    slots[first + 1] = slots[first];
    slots[first] = entry;
  }

  private int first(long directory, Name name) {
    return (31 * Long.hashCode(directory) + name.hashCode()) * GOLDEN_RATIO >>> shift & ~1;
  }
}
