package dev.layerfs.recipe;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.layerfs.changeset.BlockCompressor;
import dev.layerfs.changeset.Compression;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A compressor with all that its output depends on, apart from its input. Immutable.
 *
 * @param method which compressor
 * @param level its level; 0 if it has but one
 * @param header the first bytes of what it makes, as hexadecimal digits, as far as they are no function of the input; may be empty
 */
public record Recompression(Method method, int level, String header) {
  private static final int MAX_HEADER = 512;
  private static final int GZIP_HEADER = 10;
  private static final int GZIP_FLAGS = 3;
  private static final int GZIP_FLAG_NAME = 8;
  private static final int BEST_ZLIB = 9;
  private static final int USUAL_ZLIB = 6;
  private static final int ZSTD_HEADER = 5;
  private static final int ZSTD_FLAG_CHECKSUM = 4;
  private static final int BEST_ZSTD = 19;
  private static final int USUAL_ZSTD = 3;
  private static final int BUFFER = 64 << 10;

  /**
   * Checks that it is one of those that there are.
   *
   * @throws IllegalArgumentException if it is not
   */
  public Recompression {
    int best = switch (method) {
      case NONE, GZIP_BLOCKS, ZSTD_BLOCKS -> 0;
      case ZLIB -> BEST_ZLIB;
      case ZSTD -> BEST_ZSTD;
    };
    int length = HexFormat.of().parseHex(header).length;
    if (level < 0 || level > best || method == Method.ZSTD && length != ZSTD_HEADER) {
      throw new IllegalArgumentException("no such compressor: " + method + ' ' + level);
    }
  }

  /** The compressors that there are here. */
  public enum Method {
    /** The tar itself. */
    NONE,
    /** Our own gzip, in blocks. */
    GZIP_BLOCKS,
    /** A member of gzip as zlib makes it. */
    ZLIB,
    /** Our own zstd, in frames. */
    ZSTD_BLOCKS,
    /** One frame, as the zstd library makes it of a stream. */
    ZSTD
  }

  /** Something that writes a tar. */
  @FunctionalInterface
  public interface Tar {
    /** Writes it; the stream is not to be closed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Returns what may have made a blob, the likeliest first.
   *
   * @param head the blob's first bytes; all of them, or {@link #headLength}
   * @return compressors, none of which is known to have made it; empty if it is none of those that there are here
   */
  public static List<Recompression> candidates(byte[] head) {
    return switch (Compression.detect(head, head.length)) {
      case NONE -> List.of(new Recompression(Method.NONE, 0, ""));
      case GZIP -> gzip(head);
      case ZSTD -> zstd(head);
      case BZIP2, XZ -> List.of();
    };
  }

  /** Returns how many bytes of a blob {@link #candidates} wants to see. */
  public static int headLength() {
    return MAX_HEADER;
  }

  private static List<Recompression> gzip(byte[] head) {
    List<Recompression> all = new ArrayList<>();
    all.add(new Recompression(Method.GZIP_BLOCKS, 0, ""));
    int header = gzipHeader(head);
    if (header > 0) {
      String digits = HexFormat.of().formatHex(head, 0, header);
      levels(BEST_ZLIB, USUAL_ZLIB)
          .forEach(level -> all.add(new Recompression(Method.ZLIB, level, digits)));
    }
    return all;
  }

  /** Returns the length of a header with a name or without; 0 if it has more than that. */
  private static int gzipHeader(byte[] head) {
    if (head.length < GZIP_HEADER || (head[GZIP_FLAGS] & ~GZIP_FLAG_NAME) != 0) {
      return 0;
    }
    int end = GZIP_HEADER;
    if (head[GZIP_FLAGS] == GZIP_FLAG_NAME) {
      while (end < head.length && head[end] != 0) {
        end++;
      }
      end++;
    }
    return end <= head.length ? end : 0;
  }

  private static List<Recompression> zstd(byte[] head) {
    List<Recompression> all = new ArrayList<>();
    all.add(new Recompression(Method.ZSTD_BLOCKS, 0, ""));
    if (head.length >= ZSTD_HEADER) {
      String digits = HexFormat.of().formatHex(head, 0, ZSTD_HEADER);
      levels(BEST_ZSTD, USUAL_ZSTD)
          .forEach(level -> all.add(new Recompression(Method.ZSTD, level, digits)));
    }
    return all;
  }

  private static List<Integer> levels(int best, int usual) {
    List<Integer> levels = new ArrayList<>(List.of(usual));
    for (int level = 1; level <= best; level++) {
      if (level != usual) {
        levels.add(level);
      }
    }
    return levels;
  }

  /**
   * Compresses.
   *
   * @param tar what is compressed
   * @param out takes the blob; not closed
   * @param threads runs tasks that wait for nothing
   * @throws IOException if the tar can't be read or the blob not be written
   */
  public void compress(Tar tar, OutputStream out, Executor threads) throws IOException {
    switch (method) {
      case NONE -> tar.writeTo(out);
      case GZIP_BLOCKS -> blocks(Compression.GZIP, tar, out, threads);
      case ZLIB -> zlib(tar, out);
      case ZSTD_BLOCKS -> blocks(Compression.ZSTD, tar, out, threads);
      case ZSTD -> zstd(tar, out);
    }
  }

  private static void blocks(Compression compression, Tar tar, OutputStream out, Executor threads)
      throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    BlockCompressor blocks = BlockCompressor.begin(compression, out, threads, processors);
    tar.writeTo(blocks);
    blocks.finish();
  }

  private void zlib(Tar tar, OutputStream out) throws IOException {
    out.write(HexFormat.of().parseHex(header));
    Deflater deflater = new Deflater(level, true);
    try (Closeable end = deflater::end) {
      DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, BUFFER);
      CRC32 crc = new CRC32();
      tar.writeTo(new CheckedOutputStream(deflated, crc));
      deflated.finish();
      out.write(ByteBuffer.allocate(2 * Integer.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt((int) crc.getValue())
          .putInt((int) deflater.getBytesRead())
          .array());
    }
  }

  private void zstd(Tar tar, OutputStream out) throws IOException {
    byte[] head = HexFormat.of().parseHex(header);
    boolean checksum = (head[ZSTD_HEADER - 1] & ZSTD_FLAG_CHECKSUM) != 0;
    ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, level);
    try (Closeable end = zstd::closeWithoutClosingParentStream) {
      tar.writeTo(zstd.setChecksum(checksum));
    }
  }
}
