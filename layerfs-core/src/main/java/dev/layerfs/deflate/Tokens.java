package dev.layerfs.deflate;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;

/**
 * The blocks of a stream beside the bytes that it inflates to: the tokens of each are guessed, and only those are kept whose guess is
 * wrong. Both directions go through the same states, so guesses are the same. Not thread-safe.
 */
final class Tokens {
  /** What a search may do for each byte, on average: no more than zlib does at its usual level at worst. */
  private static final long MAX_WORK = 256;

  private static final long FREE_WORK = 1 << 24;
  /** So that lengths of matches are small numbers, and 0 is a literal. */
  private static final int LENGTH_OFFSET = Deflate.MIN_MATCH - 1;

  private final Window window;
  private final Search search;
  private final Matcher matcher;
  private final CRC32 crc = new CRC32();
  private long total;
  private long wrong;
  private long memberStart;

  Tokens(Window window, Search search) {
    this.window = window;
    this.search = search;
    this.matcher = search.matcher();
  }

  /** Returns how many bytes there were so far. */
  long total() {
    return total;
  }

  /** Returns how many guesses were wrong so far. */
  long wrong() {
    return wrong;
  }

  /** A gzip member begins: nothing refers to what is before it. */
  void beginMember() {
    crc.reset();
    memberStart = total;
    restart(0);
  }

  /** Returns the checksum of the member so far. */
  int memberCrc() {
    return (int) crc.getValue();
  }

  /** Returns the length of the member so far, modulo 2^32. */
  int memberLength() {
    return (int) (total - memberStart);
  }

  /** Writes which guesses are wrong. */
  void write(Block block, DataOutputStream out) throws IOException {
    begin(block);
    if (!block.isPlain()) {
      int position = window.position();
      int right = 0;
      for (int i = 0; i < block.count(); i++) {
        int token = block.token(i);
        if (guess(position) == token) {
          right++;
        } else {
          Numbers.write(out, right);
          write(token, out);
          right = 0;
          wrong++;
        }
        matcher.accept(position, token);
        position += Block.length(token);
      }
      Numbers.write(out, right);
    }
    end(block);
  }

  private int guess(int position) throws IOException {
    if (matcher.work() > FREE_WORK + MAX_WORK * (total + position - window.position())) {
      throw new OddStreamException("bytes that take too long to search");
    }
    return matcher.guess(position);
  }

  private static void write(int token, DataOutputStream out) throws IOException {
    if (token == Block.LITERAL) {
      Numbers.write(out, Block.LITERAL);
    } else {
      Numbers.write(out, Block.length(token) - LENGTH_OFFSET);
      out.writeShort(Block.distance(token));
    }
  }

  /** Finds the tokens of a block that has none, and writes it. */
  void read(Block block, DataInputStream in, BitOutput out) throws IOException {
    begin(block);
    int start = window.position();
    if (!block.isPlain()) {
      int position = start;
      int right = Numbers.read(in);
      while (position < start + block.length()) {
        int token = guess(position);
        if (right > 0) {
          right--;
        } else {
          token = read(in);
          right = Numbers.read(in);
        }
        block.add(token);
        matcher.accept(position, token);
        position += Block.length(token);
      }
      if (position > start + block.length()) {
        throw new OddStreamException("a token beyond the block");
      }
    }
    block.write(window.bytes(), start, out);
    end(block);
  }

  private static int read(DataInputStream in) throws IOException {
    int number = Numbers.read(in);
    if (number == Block.LITERAL) {
      return Block.LITERAL;
    }
    int length = number + LENGTH_OFFSET;
    int distance = in.readUnsignedShort();
    if (length > Deflate.MAX_MATCH || distance == 0 || distance > Deflate.MAX_DISTANCE) {
      throw new OddStreamException("no such match");
    }
    return Block.match(length, distance);
  }

  private void begin(Block block) throws IOException {
    int ahead = block.length() + Matcher.LOOKAHEAD;
    int moved = window.fill(block.length(), ahead);
    if (moved > 0) {
      matcher.move(moved);
    }
    int from = window.position();
    matcher.begin(window.bytes(), from, from + block.length(), window.end(ahead));
    if (block.isPlain()) {
      matcher.pass(from, from + block.length());
    }
  }

  private void end(Block block) {
    crc.update(window.bytes(), window.position(), block.length());
    window.advance(block.length());
    total += block.length();
    boolean isFlush = block.isStored() && block.length() == 0;
    if (isFlush && search.dictionary() < Deflate.MAX_DISTANCE) {
      restart((int) Math.min(search.dictionary(), total - memberStart));
    }
  }

  private void restart(int dictionary) {
    matcher.restart(window.bytes(), window.position(), window.position() - dictionary);
  }
}
