package dev.layerfs.deflate;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * What a block with codes of its own says of them (RFC 1951, section 3.2.7), in the words that it uses: how lengths are grouped
 * into runs is the compressor's choice. As bytes: the three counts, the lengths of the code for lengths, then each of its
 * symbols, after 16 to 18 followed by the extra bits. Not thread-safe.
 */
final class CodeLengths {
  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final int COUNT_BITS = 5;
  private static final int MIN_LITERALS = 257;
  private static final int MIN_ORDER = 4;
  private static final int LENGTH_BITS = 3;
  private static final int REPEAT = 16;
  private static final int FEW_ZEROS = 17;
  private static final int MAX_WORDS =
      3 + ORDER.length + 2 * (Deflate.LITERALS + Deflate.DISTANCES);

  private final byte[] words = new byte[MAX_WORDS];
  private int size;
  private int[] lengths = {};
  private int literals;

  /** Where the numbers come from. */
  private interface Numbers {
    /** Returns the next number, of so many bits. */
    int plain(int bits) throws IOException;

    /** Says how the numbers that {@link #symbol} returns are written. */
    void use(HuffmanCode code) throws IOException;

    int symbol() throws IOException;
  }

  /** Reads it from a deflate stream. */
  void read(BitInput in) throws IOException {
    read(new Numbers() {
      private HuffmanDecoder decoder = new HuffmanDecoder(new HuffmanCode(new int[0]));

      @Override
      public int plain(int bits) throws IOException {
        return in.take(bits);
      }

      @Override
      public void use(HuffmanCode code) {
        decoder = new HuffmanDecoder(code);
      }

      @Override
      public int symbol() throws IOException {
        return decoder.read(in);
      }
    });
  }

  /** Reads the bytes that {@link #store} has written. */
  void load(DataInputStream in) throws IOException {
    read(new Numbers() {
      @Override
      public int plain(int bits) throws IOException {
        return bounded(in.readUnsignedByte(), 1 << bits);
      }

      @Override
      public void use(HuffmanCode code) {
        // bytes have no code
      }

      @Override
      public int symbol() throws IOException {
        return bounded(in.readUnsignedByte(), ORDER.length);
      }
    });
  }

  /** Writes the bytes. */
  void store(OutputStream out) throws IOException {
    out.write(words, 0, size);
  }

  /** Writes it to a deflate stream. */
  void write(BitOutput out) throws IOException {
    byte[] written = Arrays.copyOf(words, size);
    read(new Numbers() {
      private HuffmanCode code = new HuffmanCode(new int[0]);

      @Override
      public int plain(int bits) throws IOException {
        out.write(written[size], bits);
        return written[size];
      }

      @Override
      public void use(HuffmanCode newCode) {
        code = newCode;
      }

      @Override
      public int symbol() throws IOException {
        code.write(written[size], out);
        return written[size];
      }
    });
  }

  HuffmanCode literalCode() throws IOException {
    return new HuffmanCode(Arrays.copyOf(lengths, literals));
  }

  HuffmanCode distanceCode() throws IOException {
    return new HuffmanCode(Arrays.copyOfRange(lengths, literals, lengths.length));
  }

  private static int bounded(int value, int end) throws IOException {
    if (value >= end) {
      throw new OddStreamException("code lengths out of bounds");
    }
    return value;
  }

  private void read(Numbers numbers) throws IOException {
    size = 0;
    literals = word(numbers.plain(COUNT_BITS)) + MIN_LITERALS;
    int distances = word(numbers.plain(COUNT_BITS)) + 1;
    int ordered = word(numbers.plain(COUNT_BITS - 1)) + MIN_ORDER;
    int[] lengthsOfLengths = new int[ORDER.length];
    for (int i = 0; i < ordered; i++) {
      lengthsOfLengths[ORDER[i]] = word(numbers.plain(LENGTH_BITS));
    }
    numbers.use(new HuffmanCode(lengthsOfLengths));
    lengths = new int[bounded(literals, Deflate.LITERALS + 1) + distances];
    int filled = 0;
    while (filled < lengths.length) {
      filled = fill(filled, word(numbers.symbol()), numbers);
    }
  }

  private int fill(int from, int symbol, Numbers numbers) throws IOException {
    if (symbol < REPEAT) {
      lengths[from] = symbol;
      return from + 1;
    }
    int bits = symbol == REPEAT ? 2 : symbol == FEW_ZEROS ? 3 : 7;
    int count = word(numbers.plain(bits)) + (bits < 7 ? 3 : 11);
    int value = symbol == REPEAT ? lengths[bounded(0, from) + from - 1] : 0;
    int end = from + bounded(count, lengths.length - from + 1);
    Arrays.fill(lengths, from, end, value);
    return end;
  }

  private int word(int value) {
    words[size++] = (byte) value;
    return value;
  }
}
