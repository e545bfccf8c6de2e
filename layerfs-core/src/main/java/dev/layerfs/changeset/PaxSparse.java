package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code GNU.sparse.*} records of a pax header: GNU tar's formats 0.0 (repeated offset and numbytes), 0.1 (a map) and
 * 1.0 (the map is in front of the content).
 */
final class PaxSparse {
  private final ArchivePlace place;
  private final Limits limits;
  private final SparseMap.Builder map;
  private byte @Nullable [] name;
  private long size = -1;
  private long realSize = -1;
  private long major = -1;
  private long minor = -1;
  private long pendingOffset = -1;

  PaxSparse(ArchivePlace place, Limits limits) {
    this.place = place;
    this.limits = limits;
    this.map = new SparseMap.Builder(limits.maxSparseSegments());
  }

  void accept(String key, byte[] value) throws IOException {
    switch (key) {
      case "name" -> name = value;
      case "size" -> size = number(value, 0, value.length);
      case "realsize" -> realSize = number(value, 0, value.length);
      case "major" -> major = number(value, 0, value.length);
      case "minor" -> minor = number(value, 0, value.length);
      case "map" -> acceptMap(value);
      case "offset" -> acceptOffset(number(value, 0, value.length));
      case "numbytes" -> acceptLength(number(value, 0, value.length));
      default -> {
        // numblocks: the number of runs that are there counts
      }
    }
  }

  private void acceptMap(byte[] value) throws IOException {
    int from = 0;
    while (from < value.length) {
      int comma = from;
      while (comma < value.length && value[comma] != ',') {
        comma++;
      }
      long number = number(value, from, comma);
      if (pendingOffset < 0) {
        acceptOffset(number);
      } else {
        acceptLength(number);
      }
      from = comma + 1;
    }
  }

  private void acceptOffset(long offset) throws IOException {
    if (pendingOffset >= 0) {
      throw place.malformed("sparse map with an offset that has no length");
    }
    pendingOffset = offset;
  }

  private void acceptLength(long length) throws IOException {
    if (pendingOffset < 0) {
      throw place.malformed("sparse map with a length that has no offset");
    }
    if (map.isFull()) {
      throw place.exceeds("maxSparseSegments", limits.maxSparseSegments());
    }
    if (!map.add(pendingOffset, length)) {
      throw place.malformed("sparse map whose runs overlap or are out of order");
    }
    pendingOffset = -1;
  }

  /** The file's name, instead of the header's; null if there is none. */
  byte @Nullable [] name() {
    return name == null || name.length == 0 ? null : name;
  }

  /** The file's logical length, or -1. */
  long logicalSize() throws IOException {
    if (size >= 0 && realSize >= 0 && size != realSize) {
      throw place.malformed("two lengths for a sparse file");
    }
    return Math.max(size, realSize);
  }

  /** Whether the map is in front of the content. */
  boolean mapPrecedesContent() throws IOException {
    boolean version0 = (major == 0 && (minor == 0 || minor == 1)) || (major < 0 && minor < 0);
    boolean version1 = major == 1 && minor == 0;
    if (!version0 && !version1) {
      throw place.malformed("unknown version of GNU.sparse");
    }
    if (pendingOffset >= 0 || (version1 && map.count() > 0)) {
      throw place.malformed("sparse map that contradicts its version");
    }
    return version1;
  }

  SparseMap.Builder map() {
    return map;
  }

  private long number(byte[] b, int from, int to) throws IOException {
    try {
      return TarNumber.decimal(b, from, to);
    } catch (NumberFormatException e) {
      throw place.malformed("GNU.sparse record: " + e.getMessage());
    }
  }
}
