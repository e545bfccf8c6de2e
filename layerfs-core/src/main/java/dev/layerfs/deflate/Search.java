package dev.layerfs.deflate;

import dev.layerfs.deflate.ChainMatcher.Effort;
import dev.layerfs.deflate.ChainMatcher.Hash;
import org.jspecify.annotations.Nullable;

/**
 * Compressors whose choices are guessed. Each guess that is wrong costs some bytes of a recipe, so what a compressor does need not
 * be known exactly, and one that is not here is served by the nearest. A recipe names it by its place, so neither places nor
 * what they stand for may ever change.
 */
public enum Search {
  /** Level 5, the default, of {@code klauspost/compress}, by {@code klauspost/pgzip}: podman, buildah, skopeo. */
  KLAUSPOST(16 << 10, null, new Effort(0, 0, 0, 0, 0)),
  /** Go's standard library at its default level: docker, containerd, buildkit. */
  GO(Deflate.MAX_DISTANCE, Hash.GO, new Effort(Deflate.MAX_MATCH, 16, 128, 128, 0)),
  /** zlib's default level, as the JDK and Python use it, {@code gzip(1)} and {@code pigz(1)}. */
  ZLIB_6(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(8, 16, 128, 128, 0)),
  /** The same in blocks that know nothing of each other: layerfs. */
  ZLIB_6_BLOCKS(0, Hash.ZLIB, new Effort(8, 16, 128, 128, 0)),
  /** zlib, fastest. */
  ZLIB_1(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(4, 0, 8, 4, 4)),
  /** zlib. */
  ZLIB_2(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(4, 0, 16, 8, 5)),
  /** zlib. */
  ZLIB_3(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(4, 0, 32, 32, 6)),
  /** zlib. */
  ZLIB_4(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(4, 4, 16, 16, 0)),
  /** zlib. */
  ZLIB_5(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(8, 16, 32, 32, 0)),
  /** zlib. */
  ZLIB_7(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(8, 32, 128, 256, 0)),
  /** zlib. */
  ZLIB_8(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(32, 128, 258, 1024, 0)),
  /** zlib, smallest. */
  ZLIB_9(Deflate.MAX_DISTANCE, Hash.ZLIB, new Effort(32, 258, 258, 4096, 0));

  private final int dictionary;
  private final @Nullable Hash hash;
  private final Effort effort;

  Search(int dictionary, @Nullable Hash hash, Effort effort) {
    this.dictionary = dictionary;
    this.hash = hash;
    this.effort = effort;
  }

  /** Returns how many bytes before a flush may be referred to after it. */
  int dictionary() {
    return dictionary;
  }

  Matcher matcher() {
    return hash == null ? new TableMatcher() : new ChainMatcher(hash, effort);
  }
}
