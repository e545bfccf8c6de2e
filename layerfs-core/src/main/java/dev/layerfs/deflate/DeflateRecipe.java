package dev.layerfs.deflate;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a gzip file (RFC 1952) is made again of, together with what it inflates to: headers, where blocks begin and how they are coded,
 * and the choices of the compressor that can't be guessed. Any file that was not made to be odd has one; how small it
 * is depends on the {@link Search}. The format is in docs/store-format.md.
 */
public final class DeflateRecipe {
  private static final int LEVEL = 9;
  private static final int BUFFER = 64 << 10;

  private DeflateRecipe() {}

  /**
   * Writes a recipe.
   *
   * @param gzip the file; not closed
   * @param bytes all that it inflates to; not closed
   * @param search what guesses
   * @param limit after how many bytes of those it may end, to try a search; {@link Long#MAX_VALUE} for all of them
   * @param out takes the recipe; not closed
   * @return how many guesses were wrong
   * @throws OddStreamException if there is none
   * @throws IOException if reading or writing fails
   */
  public static long write(
      InputStream gzip, InputStream bytes, Search search, long limit, OutputStream out)
      throws IOException {
    ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, LEVEL);
    try (Closeable end = zstd::closeWithoutClosingParentStream) {
      DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zstd, BUFFER));
      BitInput in = new BitInput(gzip);
      Tokens tokens = new Tokens(new Window(bytes), search);
      while (!in.isAtEnd() && tokens.total() < limit) {
        writeMember(in, tokens, limit, data);
      }
      data.flush();
      return tokens.wrong();
    }
  }

  private static void writeMember(BitInput in, Tokens tokens, long limit, DataOutputStream out)
      throws IOException {
    byte[] header = GzipHeader.read(in);
    out.writeShort(header.length);
    out.write(header);
    tokens.beginMember();
    Block block = new Block();
    do {
      block.read(in);
      block.store(out);
      tokens.write(block, out);
      if (tokens.total() >= limit) {
        return;
      }
    } while (!block.isLast());
    if (in.align() != 0
        || in.take(Integer.SIZE) != tokens.memberCrc()
        || in.take(Integer.SIZE) != tokens.memberLength()) {
      throw new OddStreamException("what follows the last block");
    }
  }

  /**
   * Makes the file again.
   *
   * @param recipe the recipe; closed in the end
   * @param bytes what the file inflates to; not closed
   * @param search the one with which the recipe was written
   * @param gzip takes the file; not closed
   * @throws OddStreamException if the recipe is damaged, as far as that can be seen here
   * @throws IOException if reading or writing fails
   */
  public static void replay(InputStream recipe, InputStream bytes, Search search, OutputStream gzip)
      throws IOException {
    try (DataInputStream in = new DataInputStream(
        new BufferedInputStream(new ZstdInputStreamNoFinalizer(recipe), BUFFER))) {
      BitOutput out = new BitOutput(gzip);
      Tokens tokens = new Tokens(new Window(bytes), search);
      for (int first = in.read(); first >= 0; first = in.read()) {
        byte[] header = new byte[first << Byte.SIZE | in.readUnsignedByte()];
        in.readFully(header);
        out.write(header, 0, header.length);
        replayMember(in, tokens, out);
      }
      out.flush();
    }
  }

  private static void replayMember(DataInputStream in, Tokens tokens, BitOutput out)
      throws IOException {
    tokens.beginMember();
    Block block = new Block();
    do {
      block.load(in);
      tokens.read(block, in, out);
    } while (!block.isLast());
    out.align();
    out.write(tokens.memberCrc(), Integer.SIZE);
    out.write(tokens.memberLength(), Integer.SIZE);
  }
}
