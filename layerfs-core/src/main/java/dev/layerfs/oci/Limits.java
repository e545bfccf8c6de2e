package dev.layerfs.oci;

/**
 * Bounds on untrusted input. Whatever exceeds one is refused with a {@link dev.layerfs.error.LimitExceededException} that
 * has the limit's name as it stands here. The defaults accept every image known to its authors and keep memory and disk
 * bounded; memory never depends on a size that the input merely declares.
 *
 * @param maxDocumentBytes bytes of one JSON document: manifest, index, config; default {@code 8 << 20}
 * @param maxDocumentDepth nesting of objects and arrays in a JSON document; default 64
 * @param maxIndexEntries entries of one index; default 10,000
 * @param maxIndexDepth levels of nested indexes; default 4
 * @param maxLayers layers of one image; default 1,000
 * @param maxLayerBytes uncompressed bytes of one layer, and of the logical content of its files; default {@code 1L << 40}
 * @param maxRatio uncompressed bytes for each compressed byte of a layer, looked at after the first 64 MiB; default 200
 * @param maxEntries entries of one layer; default 4,000,000
 * @param maxEntriesPerKiB entries for each compressed KiB of a layer, looked at after the first 65,536 entries; default 100
 * @param maxEntryMetadataBytes bytes of extended headers of one entry; default {@code 1 << 20}
 * @param maxPathBytes bytes of a path or link target; default 4,096
 * @param maxNameBytes bytes of a file name or of the name of an extended attribute; default 255
 * @param maxXattrBytes bytes of the value of one extended attribute; default 65,535
 * @param maxSparseSegments segments of one sparse file; default 65,536
 * @param maxZstdWindowLog base-2 logarithm of a zstd frame's window; default 27
 */
public record Limits(
    int maxDocumentBytes,
    int maxDocumentDepth,
    int maxIndexEntries,
    int maxIndexDepth,
    int maxLayers,
    long maxLayerBytes,
    int maxRatio,
    int maxEntries,
    int maxEntriesPerKiB,
    int maxEntryMetadataBytes,
    int maxPathBytes,
    int maxNameBytes,
    int maxXattrBytes,
    int maxSparseSegments,
    int maxZstdWindowLog) {
  /** The limits that apply when none are given. */
  public static final Limits DEFAULT = new Limits(
      8 << 20, 64, 10_000, 4, 1_000, 1L << 40, 200, 4_000_000, 100, 1 << 20, 4_096, 255, 65_535,
      65_536, 27);

  /** Checks that every limit is positive. */
  public Limits {
    requirePositive("maxDocumentBytes", maxDocumentBytes);
    requirePositive("maxDocumentDepth", maxDocumentDepth);
    requirePositive("maxIndexEntries", maxIndexEntries);
    requirePositive("maxIndexDepth", maxIndexDepth);
    requirePositive("maxLayers", maxLayers);
    requirePositive("maxLayerBytes", maxLayerBytes);
    requirePositive("maxRatio", maxRatio);
    requirePositive("maxEntries", maxEntries);
    requirePositive("maxEntriesPerKiB", maxEntriesPerKiB);
    requirePositive("maxEntryMetadataBytes", maxEntryMetadataBytes);
    requirePositive("maxPathBytes", maxPathBytes);
    requirePositive("maxNameBytes", maxNameBytes);
    requirePositive("maxXattrBytes", maxXattrBytes);
    requirePositive("maxSparseSegments", maxSparseSegments);
    requirePositive("maxZstdWindowLog", maxZstdWindowLog);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive: " + value);
    }
  }

  /**
   * Returns a builder that begins with these limits.
   *
   * @return a new builder
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes some limits and leaves the others. Not safe for use by several threads. */
  public static final class Builder {
    private int maxDocumentBytes;
    private int maxDocumentDepth;
    private int maxIndexEntries;
    private int maxIndexDepth;
    private int maxLayers;
    private long maxLayerBytes;
    private int maxRatio;
    private int maxEntries;
    private int maxEntriesPerKiB;
    private int maxEntryMetadataBytes;
    private int maxPathBytes;
    private int maxNameBytes;
    private int maxXattrBytes;
    private int maxSparseSegments;
    private int maxZstdWindowLog;

    private Builder(Limits limits) {
      maxDocumentBytes = limits.maxDocumentBytes;
      maxDocumentDepth = limits.maxDocumentDepth;
      maxIndexEntries = limits.maxIndexEntries;
      maxIndexDepth = limits.maxIndexDepth;
      maxLayers = limits.maxLayers;
      maxLayerBytes = limits.maxLayerBytes;
      maxRatio = limits.maxRatio;
      maxEntries = limits.maxEntries;
      maxEntriesPerKiB = limits.maxEntriesPerKiB;
      maxEntryMetadataBytes = limits.maxEntryMetadataBytes;
      maxPathBytes = limits.maxPathBytes;
      maxNameBytes = limits.maxNameBytes;
      maxXattrBytes = limits.maxXattrBytes;
      maxSparseSegments = limits.maxSparseSegments;
      maxZstdWindowLog = limits.maxZstdWindowLog;
    }

    /**
     * Sets {@link Limits#maxDocumentBytes}.
     *
     * @param value bytes of one JSON document: manifest, index, config
     * @return this builder
     */
    public Builder maxDocumentBytes(int value) {
      maxDocumentBytes = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxDocumentDepth}.
     *
     * @param value nesting of objects and arrays in a JSON document
     * @return this builder
     */
    public Builder maxDocumentDepth(int value) {
      maxDocumentDepth = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxIndexEntries}.
     *
     * @param value entries of one index
     * @return this builder
     */
    public Builder maxIndexEntries(int value) {
      maxIndexEntries = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxIndexDepth}.
     *
     * @param value levels of nested indexes
     * @return this builder
     */
    public Builder maxIndexDepth(int value) {
      maxIndexDepth = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxLayers}.
     *
     * @param value layers of one image
     * @return this builder
     */
    public Builder maxLayers(int value) {
      maxLayers = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxLayerBytes}.
     *
     * @param value uncompressed bytes of one layer, and of the logical content of its files
     * @return this builder
     */
    public Builder maxLayerBytes(long value) {
      maxLayerBytes = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxRatio}.
     *
     * @param value uncompressed bytes for each compressed byte of a layer, looked at after the first 64 MiB
     * @return this builder
     */
    public Builder maxRatio(int value) {
      maxRatio = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxEntries}.
     *
     * @param value entries of one layer
     * @return this builder
     */
    public Builder maxEntries(int value) {
      maxEntries = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxEntriesPerKiB}.
     *
     * @param value entries for each compressed KiB of a layer, looked at after the first 65,536 entries
     * @return this builder
     */
    public Builder maxEntriesPerKiB(int value) {
      maxEntriesPerKiB = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxEntryMetadataBytes}.
     *
     * @param value bytes of extended headers of one entry
     * @return this builder
     */
    public Builder maxEntryMetadataBytes(int value) {
      maxEntryMetadataBytes = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxPathBytes}.
     *
     * @param value bytes of a path or link target
     * @return this builder
     */
    public Builder maxPathBytes(int value) {
      maxPathBytes = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxNameBytes}.
     *
     * @param value bytes of a file name or of the name of an extended attribute
     * @return this builder
     */
    public Builder maxNameBytes(int value) {
      maxNameBytes = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxXattrBytes}.
     *
     * @param value bytes of the value of one extended attribute
     * @return this builder
     */
    public Builder maxXattrBytes(int value) {
      maxXattrBytes = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxSparseSegments}.
     *
     * @param value segments of one sparse file
     * @return this builder
     */
    public Builder maxSparseSegments(int value) {
      maxSparseSegments = value;
      return this;
    }

    /**
     * Sets {@link Limits#maxZstdWindowLog}.
     *
     * @param value base-2 logarithm of a zstd frame's window
     * @return this builder
     */
    public Builder maxZstdWindowLog(int value) {
      maxZstdWindowLog = value;
      return this;
    }

    /**
     * Returns the limits.
     *
     * @return new limits
     * @throws IllegalArgumentException if one is not positive
     */
    public Limits build() {
      return new Limits(
          maxDocumentBytes,
          maxDocumentDepth,
          maxIndexEntries,
          maxIndexDepth,
          maxLayers,
          maxLayerBytes,
          maxRatio,
          maxEntries,
          maxEntriesPerKiB,
          maxEntryMetadataBytes,
          maxPathBytes,
          maxNameBytes,
          maxXattrBytes,
          maxSparseSegments,
          maxZstdWindowLog);
    }
  }
}
