package dev.layerfs.deflate;

/**
 * Guesses what a compressor does next, from the bytes and from what it has done before. What it guesses depends on nothing else, so
 * whoever knows which guesses were wrong has what the compressor did. Indexes are those of the {@link Window}; it is told when they
 * change. Not thread-safe.
 */
interface Matcher {
  /** How far beyond the end of a block a matcher may look. */
  int LOOKAHEAD = Deflate.MAX_MATCH + 8;

  /**
   * A block begins.
   *
   * @param bytes the window's
   * @param from its first byte
   * @param to after its last byte
   * @param end after the last byte that may be looked at
   */
  void begin(byte[] bytes, int from, int to, int end);

  /** Returns the token that is expected at the position where the last one has ended; asked once for each position. */
  int guess(int position);

  /** Says what the token at a position is. */
  void accept(int position, int token);

  /** The block has no matches, whatever the search for them has found. */
  void pass(int from, int to);

  /** The compressor has come to a point from which on it can be decompressed without what went before. */
  void restart(byte[] bytes, int position, int start);

  /** All indexes have become smaller. */
  void move(int distance);

  /** Returns how much was done so far, in units that take about as long as to look at one more place. */
  long work();
}
