package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryCacheTest {
  private static final int NAMES = 5_000;

  private static ImageEntry entry(long directory, String name) {
    return new ImageEntry(directory, Name.of(name), directory + name.length(), FileType.REGULAR);
  }

  @Test
  void knowsWhatItWasTold() {
    EntryCache cache = new EntryCache(10);
    ImageEntry present = entry(36, "present");
    ImageEntry missing = new ImageEntry(36, Name.of("missing"), -1, null);
    cache.put(present);
    cache.put(missing);
    assertSame(present, cache.get(36, Name.of("present")));
    assertSame(missing, cache.get(36, Name.of("missing")));
    assertNull(cache.get(36, Name.of("other")));
    assertNull(cache.get(37, Name.of("present")), "the same name in another directory");
  }

  /** The number comes from the image's superblock. */
  @ParameterizedTest
  @ValueSource(
      longs = {Long.MIN_VALUE, -1, 0, 1, 63, 64, 1 << 16, Integer.MAX_VALUE, Long.MAX_VALUE})
  void hasSomeSlotsWhateverTheImageSays(long inodes) {
    EntryCache cache = new EntryCache(inodes);
    ImageEntry last = null;
    for (int i = 0; i < 100; i++) {
      last = entry(i, "name" + i);
      cache.put(last);
      assertSame(last, cache.get(i, Name.of("name" + i)));
    }
  }

  @Test
  void losesEntriesButNeverMixesThem() {
    EntryCache small = new EntryCache(1);
    for (int i = 0; i < NAMES; i++) {
      small.put(entry(i % 7, "name" + i));
    }
    int kept = 0;
    for (int i = 0; i < NAMES; i++) {
      ImageEntry found = small.get(i % 7, Name.of("name" + i));
      if (found != null) {
        assertEquals(entry(i % 7, "name" + i), found);
        kept++;
      }
    }
    assertTrue(kept > 0 && kept <= 64, kept + " kept");
  }

  /** If each had but one place, one in seven would be lost. */
  @Test
  void keepsNearlyAllEntriesOfAnImageOfItsSize() {
    EntryCache cache = new EntryCache(NAMES);
    for (int i = 0; i < NAMES; i++) {
      cache.put(entry(i % 50, "file" + i));
    }
    long kept = IntStream.range(0, NAMES)
        .filter(i -> cache.get(i % 50, Name.of("file" + i)) != null)
        .count();
    assertTrue(kept > NAMES * 93L / 100, kept + " kept of " + NAMES);
  }
}
