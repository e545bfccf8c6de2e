package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import java.io.IOException;

/** Reads the maps of sparse members (GNU tar manual, "Storing Sparse Files"). */
final class SparseReader {
  private static final int ENTRY = 24;
  private static final int HEADER_MAP = 386;
  private static final int HEADER_ENTRIES = 4;
  private static final int HEADER_EXTENDED = 482;
  private static final int HEADER_REAL_SIZE = 483;
  private static final int BLOCK_ENTRIES = 21;
  private static final int BLOCK_EXTENDED = 504;
  /** A number of 63 bits has 19 digits; a newline follows it. */
  private static final int MAX_LINE = 20;

  private final TarInput input;
  private final ArchivePlace place;
  private final Limits limits;
  private final Notes notes;
  private long mapBytes;

  SparseReader(TarInput input, ArchivePlace place, Limits limits, Notes notes) {
    this.input = input;
    this.place = place;
    this.limits = limits;
    this.notes = notes;
  }

  /** Bytes of the member's body that the map took. */
  long mapBytes() {
    return mapBytes;
  }

  /** Reads the map of the old GNU format: in the header, which is next in the input, and in blocks after it. */
  SparseMap old(TarHeader header) throws IOException {
    if (!header.isGnu()) {
      throw place.malformed("sparse file in a header that is not GNU's");
    }
    SparseMap.Builder map = new SparseMap.Builder(limits.maxSparseSegments());
    int start = input.start();
    long realSize = field(start + HEADER_REAL_SIZE);
    addEntries(map, start + HEADER_MAP, HEADER_ENTRIES);
    boolean extended = input.buffer()[start + HEADER_EXTENDED] != 0;
    input.consume(TarHeader.BLOCK);
    while (extended) {
      if (input.request(TarHeader.BLOCK) < TarHeader.BLOCK) {
        throw place.malformed("archive ends within a sparse map");
      }
      int before = map.count();
      addEntries(map, input.start(), BLOCK_ENTRIES);
      extended = input.buffer()[input.start() + BLOCK_EXTENDED] != 0;
      if (extended && map.count() < before + BLOCK_ENTRIES) {
        throw place.malformed("sparse map that goes on after its end");
      }
      input.consume(TarHeader.BLOCK);
    }
    return build(map, realSize);
  }

  private void addEntries(SparseMap.Builder map, int at, int entries) throws IOException {
    for (int i = 0; i < entries; i++) {
      int entry = at + i * ENTRY;
      if (input.buffer()[entry] == 0) {
        return;
      }
      add(map, field(entry), field(entry + ENTRY / 2));
    }
  }

  private long field(int at) throws IOException {
    try {
      return TarNumber.length(input.buffer(), at, 12);
    } catch (NumberFormatException e) {
      throw place.malformed("sparse map: " + e.getMessage());
    }
  }

  /** Reads the map of a pax member of this length, whose header is next in the input. */
  SparseMap pax(PaxSparse sparse, long length) throws IOException {
    boolean mapPrecedesContent = sparse.mapPrecedesContent();
    input.consume(TarHeader.BLOCK);
    if (mapPrecedesContent) {
      readMap(sparse.map(), length);
    }
    long size = sparse.logicalSize();
    return build(sparse.map(), size < 0 ? length - mapBytes : size);
  }

  /** Format 1.0: lines of decimal numbers, the count first, padded to a block. */
  private void readMap(SparseMap.Builder map, long length) throws IOException {
    long count = line(length);
    if (count > limits.maxSparseSegments()) {
      throw place.exceeds("maxSparseSegments", limits.maxSparseSegments());
    }
    for (long i = 0; i < count; i++) {
      add(map, line(length), line(length));
    }
    int padding = TarContent.paddingOf(mapBytes);
    mapBytes += padding;
    if (mapBytes > length || !input.skip(padding)) {
      throw place.malformed("sparse map longer than its member");
    }
  }

  private long line(long length) throws IOException {
    int available = input.request((int) Math.min(MAX_LINE, length - mapBytes));
    byte[] b = input.buffer();
    int start = input.start();
    int end = start;
    while (end < start + available && b[end] != '\n') {
      end++;
    }
    if (end == start + available) {
      throw place.malformed("sparse map with an endless line");
    }
    long number;
    try {
      number = TarNumber.decimal(b, start, end);
    } catch (NumberFormatException e) {
      throw place.malformed("sparse map: " + e.getMessage());
    }
    input.consume(end + 1 - start);
    mapBytes += end + 1 - start;
    return number;
  }

  private void add(SparseMap.Builder map, long offset, long length) throws IOException {
    if (map.isFull()) {
      throw place.exceeds("maxSparseSegments", limits.maxSparseSegments());
    }
    if (!map.add(offset, length)) {
      throw place.malformed("sparse map whose runs overlap or are out of order");
    }
  }

  private SparseMap build(SparseMap.Builder map, long size) throws IOException {
    if (size < 0 || !map.fitsIn(size)) {
      throw place.malformed("sparse map that ends after its file");
    }
    return map.build(size);
  }

  /** Checks that the member holds the bytes that the map distributes; what it holds beyond them is nobody's. */
  void requireBody(SparseMap map, long length) throws IOException {
    if (map.dataBytes() > length) {
      throw place.malformed("sparse map of more bytes than its member has");
    }
    if (map.dataBytes() < length) {
      notes.add(place, "passed over bytes that a sparse map does not mention");
    }
  }
}
