package dev.layerfs.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
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

  private byte[] compress(Recompression compressor) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    compressor.compress(stream -> stream.write(tar), out, Runnable::run);
    return out.toByteArray();
  }

  private List<Recompression> makers(byte[] blob) throws IOException {
    byte[] head = Arrays.copyOf(blob, Math.min(blob.length, Recompression.headLength()));
    List<Recompression> makers = Recompression.candidates(head).stream()
        .filter(candidate -> isMaker(candidate, blob))
        .toList();
    for (Recompression maker : makers) {
      assertArrayEquals(blob, compress(maker));
    }
    return makers;
  }

  private boolean isMaker(Recompression candidate, byte[] blob) {
    try {
      return Arrays.equals(blob, compress(candidate));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTarIsItself() throws IOException {
    assertEquals(List.of(new Recompression(Recompression.Method.NONE, 0, "")), makers(tar));
  }

  @Test
  void ourOwn() throws IOException {
    for (Recompression.Method method :
        List.of(Recompression.Method.GZIP_BLOCKS, Recompression.Method.ZSTD_BLOCKS)) {
      Recompression own = new Recompression(method, 0, "");
      byte[] blob = compress(own);
      byte[] head = Arrays.copyOf(blob, Recompression.headLength());
      assertEquals(own, Recompression.candidates(head).get(0), "the likeliest");
      assertArrayEquals(blob, compress(own));
    }
  }

  @Test
  void theJdksGzip() throws IOException {
    List<Recompression> makers = makers(TarBuilder.gzip(tar));
    assertEquals(1, makers.size());
    assertEquals(6, makers.get(0).level());
  }

  /** As {@code gzip.open} of Python makes it, with a name and a time. */
  @Test
  void zlibAtAllLevelsWithAName() throws IOException {
    byte[] header = {31, (byte) 139, 8, 8, 1, 2, 3, 4, 2, 3, 't', 'a', 'r', 0};
    for (int level = 1; level <= 9; level++) {
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      blob.write(header);
      int wanted = level;
      ByteArrayOutputStream member = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(member) {
        {
          def.setLevel(wanted);
        }
      }) {
        out.write(tar);
      }
      blob.write(member.toByteArray(), 10, member.size() - 10);
      assertMadeAgain(blob.toByteArray(), level);
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
    byte[] head = Arrays.copyOf(blob, Recompression.headLength());
    Recompression maker = Recompression.candidates(head).stream()
        .filter(candidate -> candidate.level() == level)
        .findFirst()
        .orElseThrow();
    assertArrayEquals(blob, compress(maker), "level " + level);
  }

  @Test
  void whatNobodyMakes() throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(blob) {
      {
        def.setStrategy(Deflater.HUFFMAN_ONLY);
      }
    }) {
      out.write(tar);
    }
    assertEquals(List.of(), makers(blob.toByteArray()));
    byte[] extra = {31, (byte) 139, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0};
    assertEquals(1, Recompression.candidates(extra).size(), "ours only: none with a field");
    assertEquals(List.of(), Recompression.candidates(new byte[] {
      'B', 'Z', 'h', '9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59
    }));
  }
}
