package dev.layerfs.changeset;

import java.util.Arrays;

/** Which runs of a sparse file its tar member holds, one after the other; what lies between them is zero. */
final class SparseMap {
  /** The map of a member without content. */
  static final SparseMap EMPTY = new SparseMap(0, new long[0], new long[0], false);

  private final long size;
  private final long[] offsets;
  private final long[] lengths;
  private final boolean sparse;

  private SparseMap(long size, long[] offsets, long[] lengths, boolean sparse) {
    this.size = size;
    this.offsets = offsets;
    this.lengths = lengths;
    this.sparse = sparse;
  }

  /** One run: a file that is not sparse. */
  static SparseMap dense(long size) {
    return size == 0 ? EMPTY : new SparseMap(size, new long[] {0}, new long[] {size}, false);
  }

  boolean isSparse() {
    return sparse;
  }

  long size() {
    return size;
  }

  int segments() {
    return offsets.length;
  }

  long offset(int segment) {
    return offsets[segment];
  }

  long length(int segment) {
    return lengths[segment];
  }

  /** Bytes in all runs; they don't overlap, so the sum is no more than their end. */
  long dataBytes() {
    return Arrays.stream(lengths).sum();
  }

  /** Collects runs as a header names them. */
  static final class Builder {
    private final int maxSegments;
    private long[] offsets = new long[8];
    private long[] lengths = new long[8];
    private int count;

    Builder(int maxSegments) {
      this.maxSegments = maxSegments;
    }

    boolean isFull() {
      return count == maxSegments;
    }

    int count() {
      return count;
    }

    /**
     * Adds a run; the map must not be full.
     *
     * @return whether the run comes after the ones before and ends within 63 bits
     */
    boolean add(long offset, long length) {
      long previousEnd = count == 0 ? 0 : offsets[count - 1] + lengths[count - 1];
      if (offset < previousEnd || length < 0 || length > Long.MAX_VALUE - offset) {
        return false;
      }
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      offsets[count] = offset;
      lengths[count++] = length;
      return true;
    }

    /** Tells whether all runs lie within a file of this size. */
    boolean fitsIn(long size) {
      return count == 0 ? size >= 0 : offsets[count - 1] + lengths[count - 1] <= size;
    }

    SparseMap build(long size) {
      return new SparseMap(
          size, Arrays.copyOf(offsets, count), Arrays.copyOf(lengths, count), true);
    }
  }
}
