package dev.layerfs.deflate;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A block of a deflate stream without the bytes themselves: how it is coded, and its tokens, a literal or a match each. Read and
 * written again, it is the same to the bit. Not thread-safe; meant to be used for one block after the other.
 */
final class Block {
  /** The token of a byte that stands for itself; any other one is a length in the upper half and a distance in the lower. */
  static final int LITERAL = 0;

  /** Compressors hold no more tokens than these before they end a block, and none has matches everywhere. */
  private static final int MAX_TOKENS = 1 << 20;

  private static final int MAX_LENGTH = 16 << 20;
  private static final int MAX_STORED = 0xFFFF;
  private static final int DISTANCE_BITS = 16;
  private static final int TYPE_BITS = 2;
  private static final int LAST = 1;
  private static final int PLAIN = 2;

  private final CodeLengths codes = new CodeLengths();
  private int[] tokens = new int[1 << 10];
  private int count;
  private int type;
  private boolean isLast;
  private int length;

  static int match(int length, int distance) {
    return length << DISTANCE_BITS | distance;
  }

  /** Returns how many bytes a token stands for. */
  static int length(int token) {
    return token == LITERAL ? 1 : token >> DISTANCE_BITS;
  }

  static int distance(int token) {
    return token & (1 << DISTANCE_BITS) - 1;
  }

  boolean isLast() {
    return isLast;
  }

  boolean isStored() {
    return type == Deflate.STORED;
  }

  /** Returns how many bytes it inflates to. */
  int length() {
    return length;
  }

  /** Returns the number of tokens. */
  int count() {
    return count;
  }

  int token(int i) {
    return tokens[i];
  }

  /** Whether there is no match in it. */
  boolean isPlain() {
    return isStored() || count == length;
  }

  void clear() {
    count = 0;
  }

  /**
   * Adds a token.
   *
   * @throws OddStreamException if there are very many
   */
  void add(int token) throws IOException {
    if (count == MAX_TOKENS) {
      throw new OddStreamException("a long block");
    }
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
  }

  /** Reads everything from a deflate stream. */
  void read(BitInput in) throws IOException {
    isLast = in.take(1) == 1;
    type = in.take(TYPE_BITS);
    length = 0;
    clear();
    if (isStored()) {
      readStored(in);
      return;
    }
    if (type == Deflate.DYNAMIC) {
      codes.read(in);
    }
    HuffmanDecoder literals = new HuffmanDecoder(literalCode());
    HuffmanDecoder distances = new HuffmanDecoder(distanceCode());
    for (int symbol = literals.read(in);
        symbol != Deflate.END_OF_BLOCK;
        symbol = literals.read(in)) {
      int token = symbol < Deflate.END_OF_BLOCK ? LITERAL : readMatch(symbol, in, distances);
      add(token);
      length += length(token);
      if (length > MAX_LENGTH) {
        throw new OddStreamException("a long block");
      }
    }
  }

  private void readStored(BitInput in) throws IOException {
    if (in.align() != 0) {
      throw new OddStreamException("bits set before a stored block");
    }
    length = in.take(Short.SIZE);
    if ((in.take(Short.SIZE) ^ MAX_STORED) != length) {
      throw new OddStreamException("the length of a stored block");
    }
    for (int i = 0; i < length; i++) {
      in.take(Byte.SIZE);
    }
  }

  private static int readMatch(int symbol, BitInput in, HuffmanDecoder distances)
      throws IOException {
    int code = symbol - Deflate.FIRST_LENGTH;
    if (!Deflate.isLengthCode(code)) {
      throw new OddStreamException("a code of no length");
    }
    int length = Deflate.lengthBase(code) + in.take(Deflate.lengthExtraBits(code));
    int distanceCode = distances.read(in);
    if (!Deflate.isDistanceCode(distanceCode) || Deflate.lengthCode(length) != code) {
      throw new OddStreamException("a code of no distance, or two for one length");
    }
    int distance =
        Deflate.distanceBase(distanceCode) + in.take(Deflate.distanceExtraBits(distanceCode));
    return match(length, distance);
  }

  /** Writes everything but the tokens. */
  void store(OutputStream out) throws IOException {
    out.write(type << 2 | (isPlain() ? PLAIN : 0) | (isLast ? LAST : 0));
    Numbers.write(out, length);
    if (type == Deflate.DYNAMIC) {
      codes.store(out);
    }
  }

  /** Reads what {@link #store} has written; there are tokens afterwards only if it is plain. */
  void load(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    isLast = (first & LAST) != 0;
    type = first >> 2;
    length = Numbers.read(in);
    int max = isStored() ? MAX_STORED : (first & PLAIN) != 0 ? MAX_TOKENS : MAX_LENGTH;
    if (type > Deflate.DYNAMIC || length > max) {
      throw new OddStreamException("no such block");
    }
    if (type == Deflate.DYNAMIC) {
      codes.load(in);
    }
    clear();
    for (int i = 0; !isStored() && (first & PLAIN) != 0 && i < length; i++) {
      add(LITERAL);
    }
  }

  /**
   * Writes everything to a deflate stream.
   *
   * @param bytes where what it inflates to is
   * @param from the first of them
   */
  void write(byte[] bytes, int from, BitOutput out) throws IOException {
    out.write(isLast ? 1 : 0, 1);
    out.write(type, TYPE_BITS);
    if (isStored()) {
      out.align();
      out.write(length, Short.SIZE);
      out.write(length ^ MAX_STORED, Short.SIZE);
      out.write(bytes, from, length);
      return;
    }
    if (type == Deflate.DYNAMIC) {
      codes.write(out);
    }
    HuffmanCode literals = literalCode();
    HuffmanCode distances = distanceCode();
    int at = from;
    for (int i = 0; i < count; i++) {
      if (tokens[i] == LITERAL) {
        literals.write(bytes[at] & 0xFF, out);
      } else {
        writeMatch(tokens[i], literals, distances, out);
      }
      at += length(tokens[i]);
    }
    literals.write(Deflate.END_OF_BLOCK, out);
  }

  private static void writeMatch(
      int token, HuffmanCode literals, HuffmanCode distances, BitOutput out) throws IOException {
    int lengthCode = Deflate.lengthCode(length(token));
    literals.write(Deflate.FIRST_LENGTH + lengthCode, out);
    out.write(length(token) - Deflate.lengthBase(lengthCode), Deflate.lengthExtraBits(lengthCode));
    int distanceCode = Deflate.distanceCode(distance(token));
    distances.write(distanceCode, out);
    out.write(
        distance(token) - Deflate.distanceBase(distanceCode),
        Deflate.distanceExtraBits(distanceCode));
  }

  private HuffmanCode literalCode() throws IOException {
    return type == Deflate.DYNAMIC
        ? codes.literalCode()
        : new HuffmanCode(Deflate.fixedLiteralLengths());
  }

  private HuffmanCode distanceCode() throws IOException {
    return type == Deflate.DYNAMIC
        ? codes.distanceCode()
        : new HuffmanCode(Deflate.fixedDistanceLengths());
  }
}
