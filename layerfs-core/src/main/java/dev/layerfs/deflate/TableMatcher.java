package dev.layerfs.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The search of level 5 of {@code github.com/klauspost/compress/flate}, which is the default of what podman, buildah and skopeo
 * write: one place is known for each hash of four bytes and two for each of seven, the first one that fits is taken nearly as it
 * is, and where nothing is found, more and more bytes are passed over. Not thread-safe.
 */
final class TableMatcher implements Matcher {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BITS = 15;
  private static final int SHORT_FACTOR = 0x9E3779B1;
  private static final long LONG_FACTOR = 58_295_818_150_454_627L;
  private static final int NOWHERE = Integer.MIN_VALUE / 2;
  /** So many bytes before the end of a block nothing is searched for. */
  private static final int MARGIN = 11;
  /** After so many bytes without a match one more is passed over. */
  private static final int PATIENCE = 64;
  /** A match that is shorter may be replaced by one that ends later. */
  private static final int SHORT_MATCH = 30;
  /** So many bytes at the beginning of such a one need not match. */
  private static final int SPARED = 2;

  private final int[] shortPlaces = new int[1 << BITS];
  private final int[] longPlaces = new int[1 << BITS];
  private final int[] olderPlaces = new int[1 << BITS];
  private byte[] bytes = {};
  private int start;
  private int limit;
  private int end;
  /** Where the search goes on, and where the literals begin that it has passed. */
  private int next;

  private int literals;
  /** Up to where places were looked up already. */
  private int visited;

  private boolean isSearched;
  /** The match that was found. */
  private int matchStart;

  private int matchLength;
  private int matchDistance;
  /** How much of it was accepted. */
  private int accepted;

  private long work;

  TableMatcher() {
    forget();
  }

  private void forget() {
    Arrays.fill(shortPlaces, NOWHERE);
    Arrays.fill(longPlaces, NOWHERE);
    Arrays.fill(olderPlaces, NOWHERE);
  }

  @Override
  public void begin(byte[] newBytes, int from, int to, int newEnd) {
    bytes = newBytes;
    end = to;
    limit = to - MARGIN;
    goOn(from);
  }

  /** A search begins, with no literals before. */
  private void goOn(int position) {
    next = position;
    literals = position;
    visited = position;
    isSearched = false;
    accepted = 0;
  }

  @Override
  public int guess(int position) {
    if (!isSearched) {
      isSearched = true;
      search();
    }
    return position < matchStart ? Block.LITERAL : Block.match(piece(), matchDistance);
  }

  /** A long match is written as several, none of which is too short for one. */
  private int piece() {
    if (matchLength <= Deflate.MAX_MATCH) {
      return matchLength;
    }
    return matchLength > Deflate.MAX_MATCH + Deflate.MIN_MATCH
        ? Deflate.MAX_MATCH
        : Deflate.MAX_MATCH - Deflate.MIN_MATCH;
  }

  private void search() {
    matchStart = Integer.MAX_VALUE;
    while (next < limit) {
      int position = next;
      int following = position + 1 + (position - literals) / PATIENCE;
      if (following > limit) {
        return;
      }
      visited = following;
      work++;
      if (find(position, following)) {
        improve();
        extendBackwards();
        return;
      }
      next = following;
    }
  }

  /** Looks for a match at a position, or, if there is but one of four bytes, at the one after it. */
  private boolean find(int position, int following) {
    long here = word(position);
    int shortPlace = shortPlaces[shortHash(here)];
    int hash = longHash(here);
    int place = longPlaces[hash];
    int olderPlace = olderPlaces[hash];
    enterShort(position, here);
    enterLong(position, here);
    if (isMatch(position, place)) {
      boolean isOlderLonger =
          isMatch(position, olderPlace) && usable(position, olderPlace) > usable(position, place);
      take(position, isOlderLonger ? olderPlace : place);
    } else if (isMatch(position, olderPlace)) {
      take(position, olderPlace);
    } else if (isMatch(position, shortPlace)) {
      take(position, shortPlace);
      takeIfLonger(following, usable(position, shortPlace));
    } else {
      return false;
    }
    long there = word(following);
    enterShort(following, there);
    enterLong(following, there);
    return true;
  }

  private void takeIfLonger(int position, int length) {
    int hash = longHash(word(position));
    int place = longPlaces[hash];
    int olderPlace = olderPlaces[hash];
    if (isMatch(position, place) && usable(position, place) > length) {
      take(position, place);
    } else if (isMatch(position, olderPlace) && usable(position, olderPlace) > length) {
      take(position, olderPlace);
    }
  }

  private void take(int position, int place) {
    matchStart = position;
    matchDistance = position - place;
    matchLength = matching(position, place);
  }

  /** Whether one that ends later, found by what follows this one, is longer. */
  private void improve() {
    int after = matchStart + matchLength;
    if (matchLength < SHORT_MATCH && after < limit) {
      int position = matchStart + SPARED;
      int place = longPlaces[longHash(word(after))] - matchLength + SPARED;
      boolean isThere =
          place >= start && place < position && position - place < Deflate.MAX_DISTANCE;
      if (isThere && matching(position, place) > matchLength) {
        take(position, place);
      }
    }
  }

  private void extendBackwards() {
    int place = matchStart - matchDistance;
    while (place > start && matchStart > literals && bytes[place - 1] == bytes[matchStart - 1]) {
      place--;
      matchStart--;
      matchLength++;
    }
  }

  @Override
  public void accept(int position, int token) {
    if (token == Block.LITERAL) {
      if (position >= matchStart) { // so there is no match there
        isSearched = false;
        next = position + 1;
      }
      return;
    }
    int length = Block.length(token);
    accepted += length;
    if (position == matchStart && length == piece()) {
      matchStart += length;
      matchLength -= length;
      if (matchLength > 0) {
        return;
      }
    } else {
      accepted = length;
      visited = Math.min(visited, position + length - 1);
    }
    int beyond = visited + 1;
    int matched = accepted;
    goOn(position + length);
    next = Math.max(next, beyond);
    if (next < limit) {
      enterBetween(next - matched + 1, next - 1);
    }
  }

  /** What was matched gets into the tables too, two places out of three. */
  private void enterBetween(int from, int to) {
    if (from < to) {
      long first = word(from);
      enterShort(from, first);
      enterLong(from, first);
      enterLong(from + 1, first >>> Byte.SIZE);
      enterShort(from + 2, first >>> 2 * Byte.SIZE);
      for (int i = from + 4; i < to; i += 3) {
        long here = word(i);
        enterLong(i, here);
        enterShort(i + 1, here >>> Byte.SIZE);
      }
    }
    long last = word(to);
    enterShort(to, last);
    enterLong(to, last);
  }

  @Override
  public void pass(int from, int to) {
    for (int position = from; position < to; ) {
      int token = guess(position);
      accept(position, token);
      position += Block.length(token);
    }
  }

  @Override
  public void restart(byte[] newBytes, int position, int newStart) {
    forget();
    start = newStart;
    begin(newBytes, newStart, position, position);
    pass(newStart, position);
  }

  @Override
  public void move(int distance) {
    ChainMatcher.move(shortPlaces, distance);
    ChainMatcher.move(longPlaces, distance);
    ChainMatcher.move(olderPlaces, distance);
    start = Math.max(start - distance, 0);
  }

  @Override
  public long work() {
    return work;
  }

  private boolean isMatch(int position, int place) {
    return place < position // where a search begins anew, later places may be known
        && position - place < Deflate.MAX_DISTANCE
        && (int) word(position) == (int) word(place);
  }

  /** Returns how many bytes match, as far as one token can say it. */
  private int usable(int position, int place) {
    return matching(position, place, Math.min(Deflate.MAX_MATCH, end - position));
  }

  private int matching(int position, int place) {
    return matching(position, place, end - position);
  }

  private int matching(int position, int place, int max) {
    long difference = word(position) ^ word(place);
    if (difference != 0) { // mostly
      return Math.min(max, Long.numberOfTrailingZeros(difference) / Byte.SIZE);
    }
    int mismatch = Arrays.mismatch(bytes, position, position + max, bytes, place, place + max);
    int length = mismatch < 0 ? max : mismatch;
    work += length >> 3;
    return length;
  }

  private long word(int position) {
    return (long) LONG.get(bytes, position);
  }

  private void enterShort(int position, long word) {
    shortPlaces[shortHash(word)] = position;
  }

  private void enterLong(int position, long word) {
    int hash = longHash(word);
    olderPlaces[hash] = longPlaces[hash];
    longPlaces[hash] = position;
  }

  private static int shortHash(long word) {
    return (int) word * SHORT_FACTOR >>> Integer.SIZE - BITS;
  }

  private static int longHash(long word) {
    return (int) ((word << Byte.SIZE) * LONG_FACTOR >>> Long.SIZE - BITS);
  }
}
