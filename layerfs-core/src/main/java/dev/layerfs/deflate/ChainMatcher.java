package dev.layerfs.deflate;

import java.util.Arrays;

/**
 * The search of zlib, and of those who have learned from it, Go's standard library among them: all places that have the same hash
 * are in a chain, the latest first; the longest match of so many of them is taken, unless the next byte has a longer one. Not thread-safe.
 */
final class ChainMatcher implements Matcher {
  private static final int MASK = Deflate.MAX_DISTANCE - 1;
  private static final int NOWHERE = Integer.MIN_VALUE / 2;
  private static final int FAR = 4096;

  private final Effort effort;
  private final Hash hash;
  private final int[] heads;
  private final int[] previous = new int[Deflate.MAX_DISTANCE];
  private byte[] bytes = {};
  private int end;
  private int start;
  private int inserted;
  private int deferredTo = NOWHERE;
  private int deferred;
  private long work;

  /** What is hashed, and how. */
  enum Hash {
    /** zlib with its usual memory: three bytes, 15 bits. */
    ZLIB(3, 15, Deflate.MAX_DISTANCE - 262),
    /** Go's {@code compress/flate}: four bytes, 17 bits. */
    GO(4, 17, Deflate.MAX_DISTANCE);

    private static final int GO_FACTOR = 0x1E35A7BD;

    private final int minMatch;
    private final int bits;
    private final int maxDistance;

    Hash(int minMatch, int bits, int maxDistance) {
      this.minMatch = minMatch;
      this.bits = bits;
      this.maxDistance = maxDistance;
    }

    private int of(byte[] bytes, int at) {
      int first = bytes[at] & 0xFF;
      int second = bytes[at + 1] & 0xFF;
      int third = bytes[at + 2] & 0xFF;
      return this == ZLIB
          ? (first << 10 ^ second << 5 ^ third) & (1 << bits) - 1
          : (first << 24 | second << 16 | third << 8 | bytes[at + 3] & 0xFF) * GO_FACTOR
              >>> Integer.SIZE - bits;
    }
  }

  /**
   * How long it searches.
   *
   * @param good from which length on a longer match is searched for in a quarter of the places only
   * @param lazy from which length on it isn't searched for any more; 0 if it never is
   * @param nice the length at which a search ends
   * @param places how many places are looked at
   * @param indexed if a longer one is never searched for: up to which length all bytes of a match get into chains
   */
  record Effort(int good, int lazy, int nice, int places, int indexed) {}

  ChainMatcher(Hash hash, Effort effort) {
    this.hash = hash;
    this.effort = effort;
    this.heads = new int[1 << hash.bits];
    Arrays.fill(heads, NOWHERE);
  }

  @Override
  public void begin(byte[] newBytes, int from, int to, int newEnd) {
    bytes = newBytes;
    end = newEnd;
  }

  @Override
  public int guess(int position) {
    int found =
        position == deferredTo ? deferred : search(position, hash.minMatch - 1, effort.places);
    int length = Block.length(found);
    if (found != Block.LITERAL && length < effort.lazy) {
      int places = length >= effort.good ? effort.places >> 2 : effort.places;
      int longer = search(position + 1, length, places);
      if (longer != Block.LITERAL) {
        deferredTo = position + 1;
        deferred = longer;
        return Block.LITERAL;
      }
    }
    return found;
  }

  /** Returns the first of the longest matches that are longer than so many bytes; a literal if there is none. */
  private int search(int position, int minLength, int places) {
    if (position + hash.minMatch > end) {
      return Block.LITERAL;
    }
    index(position);
    int best = minLength;
    int distance = 0;
    int limit = Math.max(start, position - hash.maxDistance);
    int maxLength = Math.min(Deflate.MAX_MATCH, end - position);
    int nice = Math.min(effort.nice, maxLength);
    int left = places;
    for (int place = heads[hash.of(bytes, position)];
        place >= limit && left-- > 0 && best < maxLength;
        place = previous[place & MASK]) {
      if (bytes[place + best] != bytes[position + best]) {
        continue;
      }
      int length = matching(position, place, maxLength);
      if (length > best && !isFar(length, position - place)) {
        best = length;
        distance = position - place;
        if (length >= nice) {
          break;
        }
      }
    }
    work += places - left;
    return distance == 0 ? Block.LITERAL : Block.match(best, distance);
  }

  /** The shortest matches take more bits than literals if they are far away; who doesn't defer, doesn't mind. */
  private boolean isFar(int length, int distance) {
    return length == hash.minMatch && distance > FAR && effort.lazy > 0;
  }

  private int matching(int position, int place, int maxLength) {
    int mismatch =
        Arrays.mismatch(bytes, position, position + maxLength, bytes, place, place + maxLength);
    int length = mismatch < 0 ? maxLength : mismatch;
    work += length >> 3;
    return length;
  }

  private void index(int to) {
    for (; inserted < to; inserted++) {
      int chain = hash.of(bytes, inserted);
      previous[inserted & MASK] = heads[chain];
      heads[chain] = inserted;
    }
  }

  @Override
  public void accept(int position, int token) {
    if (effort.lazy == 0 && Block.length(token) > effort.indexed) {
      index(position + 1);
      inserted = position + Block.length(token);
    }
  }

  @Override
  public void pass(int from, int to) {
    index(Math.min(to, end - hash.minMatch + 1));
  }

  @Override
  public void restart(byte[] newBytes, int position, int newStart) {
    start = newStart;
  }

  @Override
  public void move(int distance) {
    move(heads, distance);
    move(previous, distance);
    start = Math.max(start - distance, 0);
    inserted -= distance;
    deferredTo = Math.max(deferredTo - distance, NOWHERE);
  }

  static void move(int[] places, int distance) {
    for (int i = 0; i < places.length; i++) {
      places[i] = Math.max(places[i] - distance, NOWHERE);
    }
  }

  @Override
  public long work() {
    return work;
  }
}
