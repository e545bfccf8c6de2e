package dev.layerfs.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.layerfs.deflate.DeflateRecipe;
import dev.layerfs.deflate.Search;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a compressor has made, one of the candidates makes again. */
final class RecompressionTest {
  private final byte[] tar = tar();

  /** Words, so that levels differ. */
  private static byte[] tar() {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    while (text.length() < 300_000) {
      text.append(Integer.toString(random.nextInt(9000), 36)).append(' ');
    }
    return new TarBuilder().file("words", text.toString()).build();
  }

  private byte[] compress(Recompression compressor, byte[] choices) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    InputStream bytes = new ByteArrayInputStream(tar);
    compressor.compress(bytes, new ByteArrayInputStream(choices), out, Runnable::run);
    return out.toByteArray();
  }

  private byte[] compress(Recompression compressor) throws IOException {
    return compress(compressor, new byte[0]);
  }

  private static List<Recompression> candidates(byte[] blob) {
    return Recompression.candidates(
        Arrays.copyOf(blob, Math.min(blob.length, Recompression.headLength())));
  }

  @Test
  void aTarIsItself() throws IOException {
    Recompression none = new Recompression(Recompression.Method.NONE, 0, "");
    assertEquals(List.of(none), candidates(tar));
    assertArrayEquals(tar, compress(none));
    assertFalse(Recompression.areGzip(candidates(tar)));
  }

  @Test
  void ourOwnZstd() throws IOException {
    Recompression own = new Recompression(Recompression.Method.ZSTD_BLOCKS, 0, "");
    byte[] blob = compress(own);
    assertEquals(own, candidates(blob).get(0), "the likeliest");
    assertArrayEquals(blob, compress(own));
  }

  @Test
  void gzipWithItsChoices() throws IOException {
    byte[] blob = TarBuilder.gzip(tar);
    List<Recompression> candidates = candidates(blob);
    assertTrue(Recompression.areGzip(candidates));
    assertEquals(
        List.of(Search.values()), candidates.stream().map(Recompression::search).toList());
    for (Recompression candidate : candidates) {
      ByteArrayOutputStream choices = new ByteArrayOutputStream();
      DeflateRecipe.write(
          new ByteArrayInputStream(blob),
          new ByteArrayInputStream(tar),
          candidate.search(),
          Long.MAX_VALUE,
          choices);
      assertArrayEquals(blob, compress(candidate, choices.toByteArray()), candidate.toString());
      byte[] cut = Arrays.copyOf(choices.toByteArray(), choices.size() / 2);
      assertThrows(StoreCorruptException.class, () -> compress(candidate, cut));
    }
  }

  @Test
  void zstdAtManyLevelsWithAChecksumAndWithout() throws IOException {
    for (int level : List.of(1, 3, 4, 8, 19)) {
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      try (OutputStream out =
          new ZstdOutputStreamNoFinalizer(blob, level).setChecksum(level % 2 == 0)) {
        out.write(tar);
      }
      assertMadeAgain(blob.toByteArray(), level);
    }
  }

  private void assertMadeAgain(byte[] blob, int level) throws IOException {
    Recompression maker = candidates(blob).stream()
        .filter(candidate -> candidate.level() == level)
        .findFirst()
        .orElseThrow();
    assertArrayEquals(blob, compress(maker), "level " + level);
  }

  @Test
  void whatNobodyMakes() {
    byte[] bzip2 = {'B', 'Z', 'h', '9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
    assertEquals(List.of(), Recompression.candidates(bzip2));
    assertFalse(Recompression.areGzip(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Recompression(Recompression.Method.GZIP, Search.values().length, ""));
  }
}
