package dev.layerfs.recipe;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.layerfs.changeset.BlockCompressor;
import dev.layerfs.changeset.Compression;
import dev.layerfs.deflate.DeflateRecipe;
import dev.layerfs.deflate.OddStreamException;
import dev.layerfs.deflate.Search;
import dev.layerfs.error.StoreCorruptException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * A compressor with all that its output depends on, apart from its input. Immutable.
 *
 * @param method which compressor
 * @param level its level; 0 if it has but one
 * @param header the first bytes of what it makes, as hexadecimal digits, as far as they are no function of the input; may be empty
 */
public record Recompression(Method method, int level, String header) {
  private static final int ZSTD_HEADER = 5;
  private static final int ZSTD_FLAG_CHECKSUM = 4;
  private static final int BEST_ZSTD = 19;
  private static final int USUAL_ZSTD = 3;

  /**
   * Checks that it is one of those that there are.
   *
   * @throws IllegalArgumentException if it is not
   */
  public Recompression {
    int best = switch (method) {
      case NONE, ZSTD_BLOCKS -> 0;
      case GZIP -> Search.values().length - 1;
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
    /** Any gzip, with a {@link DeflateRecipe}; the level is the number of its {@link Search}. */
    GZIP,
    /** Our own zstd, in frames. */
    ZSTD_BLOCKS,
    /** One frame, as the zstd library makes it of a stream. */
    ZSTD
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
      case GZIP ->
        Stream.of(Search.values())
            .map(search -> new Recompression(Method.GZIP, search.ordinal(), ""))
            .toList();
      case ZSTD -> zstd(head);
      case BZIP2, XZ -> List.of();
    };
  }

  /** Returns how many bytes of a blob {@link #candidates} wants to see. */
  public static int headLength() {
    return Compression.MAGIC_LENGTH;
  }

  /** Whether candidates are those of a gzip, any of which can have made it: they differ in how long the recipe is. */
  public static boolean areGzip(List<Recompression> candidates) {
    return !candidates.isEmpty() && candidates.get(0).method == Method.GZIP;
  }

  private static List<Recompression> zstd(byte[] head) {
    List<Recompression> all = new ArrayList<>();
    all.add(new Recompression(Method.ZSTD_BLOCKS, 0, ""));
    if (head.length >= ZSTD_HEADER) {
      String digits = HexFormat.of().formatHex(head, 0, ZSTD_HEADER);
      all.add(new Recompression(Method.ZSTD, USUAL_ZSTD, digits));
      for (int level = 1; level <= BEST_ZSTD; level++) {
        if (level != USUAL_ZSTD) {
          all.add(new Recompression(Method.ZSTD, level, digits));
        }
      }
    }
    return all;
  }

  /** Returns what guesses the choices of a gzip; for that method only. */
  public Search search() {
    return Search.values()[level];
  }

  /**
   * Compresses.
   *
   * @param tar what is compressed; not closed
   * @param choices the {@link DeflateRecipe} of a gzip, else empty; closed or not
   * @param out takes the blob; not closed
   * @param threads runs tasks that wait for nothing
   * @throws StoreCorruptException if the choices are damaged, as far as that can be seen
   * @throws IOException if the tar can't be read or the blob not be written
   */
  public void compress(InputStream tar, InputStream choices, OutputStream out, Executor threads)
      throws IOException {
    switch (method) {
      case NONE -> tar.transferTo(out);
      case GZIP -> gzip(tar, choices, out);
      case ZSTD_BLOCKS -> blocks(tar, out, threads);
      case ZSTD -> zstd(tar, out);
    }
  }

  private void gzip(InputStream tar, InputStream choices, OutputStream out) throws IOException {
    try {
      DeflateRecipe.replay(choices, tar, search(), out);
    } catch (OddStreamException | ZstdIOException | EOFException e) {
      StoreCorruptException damaged = new StoreCorruptException("recipe", "it is damaged");
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static void blocks(InputStream tar, OutputStream out, Executor threads)
      throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    BlockCompressor blocks = BlockCompressor.begin(Compression.ZSTD, out, threads, processors);
    tar.transferTo(blocks);
    blocks.finish();
  }

  private void zstd(InputStream tar, OutputStream out) throws IOException {
    byte[] head = HexFormat.of().parseHex(header);
    boolean checksum = (head[ZSTD_HEADER - 1] & ZSTD_FLAG_CHECKSUM) != 0;
    ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, level);
    try (Closeable end = zstd::closeWithoutClosingParentStream) {
      tar.transferTo(zstd.setChecksum(checksum));
    }
  }
}
