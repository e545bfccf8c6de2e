package dev.layerfs.changeset;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.ZstdVersion;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Whole streams, and nothing but whole streams; the numbers are the rows of the project's catalogue of attacks. */
@SuppressWarnings("deprecation") // the builder of XZCompressorOutputStream can't choose a preset
final class CompressionTest {
  private static final byte[] TEXT = text(300_000);

  /** Text that compresses to about half. */
  private static byte[] text(int length) {
    byte[] bytes = new byte[length];
    Random random = new Random(42);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(16));
    }
    return bytes;
  }

  private static byte[] compress(Compression compression, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressed = switch (compression) {
      case NONE -> out;
      case GZIP -> new java.util.zip.GZIPOutputStream(out);
      case ZSTD -> new ZstdOutputStreamNoFinalizer(out).setChecksum(true);
      case BZIP2 -> new BZip2CompressorOutputStream(out, 1);
      case XZ -> new XZCompressorOutputStream(out, 0); // a dictionary of 256 KiB
    }) {
      compressed.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] decompress(Compression compression, byte[] raw) throws IOException {
    return decompress(compression, new ByteArrayInputStream(raw));
  }

  private static byte[] decompress(Compression compression, InputStream raw) throws IOException {
    try (InputStream in = compression.decompress(raw, "layer x", Limits.DEFAULT)) {
      return in.readAllBytes();
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Gives one byte at a time and says that there is nothing more at hand. */
  private static InputStream reluctant(byte[] bytes) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return super.read(b, off, Math.min(len, 1));
      }

      @Override
      public int available() {
        return 0;
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void givesBackWhatWasCompressed(Compression compression) throws IOException {
    byte[] raw = compress(compression, TEXT);
    assertArrayEquals(TEXT, decompress(compression, raw));
    assertArrayEquals(TEXT, decompress(compression, reluctant(raw)));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void isKnownByItsFirstBytes(Compression compression) throws IOException {
    for (byte[] content : new byte[][] {TEXT, {}}) {
      byte[] raw = compress(compression, content);
      assertEquals(compression, Compression.detect(raw, Math.min(raw.length, 10)));
      assertEquals(Compression.NONE, Compression.detect(raw, 1));
    }
    byte[] tar = new TarBuilder().file("BZh9", "").build();
    assertEquals(Compression.NONE, Compression.detect(tar, Compression.MAGIC_LENGTH));
    assertEquals(Compression.NONE, Compression.detect(new byte[0], 0));
    byte[] skippable = {0x5A, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};
    assertEquals(Compression.ZSTD, Compression.detect(skippable, skippable.length));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void row50AllMembersAreRead(Compression compression) throws IOException {
    byte[] one = compress(compression, "one".getBytes(US_ASCII));
    byte[] none = compress(compression, new byte[0]);
    byte[] two = compress(compression, TEXT);
    byte[] raw = concat(one, none, two);
    byte[] expected = concat("one".getBytes(US_ASCII), TEXT);
    assertArrayEquals(expected, decompress(compression, raw));
    assertArrayEquals(expected, decompress(compression, reluctant(raw)));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void row50TruncationIsRefusedWhereverItIs(Compression compression) throws IOException {
    byte[] raw = compress(compression, text(100));
    byte[] two = concat(raw, raw);
    for (int length = 1; length < two.length; length++) {
      if (length != raw.length) {
        byte[] cut = Arrays.copyOf(two, length);
        assertThrows(
            MalformedImageException.class, () -> decompress(compression, cut), "length " + length);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void row50DataAfterTheEndIsRefused(Compression compression) throws IOException {
    byte[] raw = compress(compression, TEXT);
    for (byte[] tail : new byte[][] {{1}, "GARBAGE".getBytes(US_ASCII)}) {
      assertThrows(MalformedImageException.class, () -> decompress(compression, concat(raw, tail)));
    }
  }

  @Test
  void row50SoAreZerosAfterTheLastGzipMember() throws IOException {
    byte[] raw = compress(Compression.GZIP, TEXT);
    assertThrows(
        MalformedImageException.class,
        () -> decompress(Compression.GZIP, concat(raw, new byte[512])));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void row50DamageIsRefused(Compression compression) throws IOException {
    byte[] content = text(5000);
    byte[] raw = compress(compression, content);
    Random random = new Random(7);
    for (int i = 0; i < 80; i++) {
      int at = random.nextInt(raw.length);
      byte[] damaged = raw.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      try {
        assertArrayEquals(content, decompress(compression, damaged), "byte " + at);
      } catch (MalformedImageException | LimitExceededException e) {
        assertTrue(e.getMessage().startsWith("layer x: "), e.getMessage());
      }
    }
  }

  @Test
  void readsEveryFieldOfAGzipHeader() throws IOException {
    byte[] plain = compress(Compression.GZIP, TEXT);
    byte[] header = concat(
        new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16 | 1, 1, 2, 3, 4, 0, 3},
        new byte[] {3, 0, 'a', 'b', 'c'},
        "name\0comment\0".getBytes(US_ASCII));
    CRC32 crc = new CRC32();
    crc.update(header);
    byte[] sum = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);
    assertArrayEquals(TEXT, decompress(Compression.GZIP, concat(header, sum, rest)));
    sum[0]++;
    assertThrows(
        MalformedImageException.class,
        () -> decompress(Compression.GZIP, concat(header, sum, rest)));
  }

  @Test
  void passesOverSkippableFrames() throws IOException {
    byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'};
    byte[] raw = compress(Compression.ZSTD, TEXT);
    assertArrayEquals(
        concat(TEXT, TEXT),
        decompress(Compression.ZSTD, concat(skippable, raw, skippable, raw, skippable)));
    byte[] cut = concat(raw, Arrays.copyOf(skippable, 9));
    assertThrows(MalformedImageException.class, () -> decompress(Compression.ZSTD, cut));
  }

  @Test
  void row48RatiosAreBoundedAfter64MiB() throws IOException {
    byte[] small = compress(Compression.ZSTD, new byte[64 << 20]);
    assertEquals(64 << 20, decompress(Compression.ZSTD, small).length);
    byte[] large = compress(Compression.ZSTD, new byte[(64 << 20) + 1]);
    LimitExceededException refusal =
        assertThrows(LimitExceededException.class, () -> decompress(Compression.ZSTD, large));
    assertEquals("maxRatio", refusal.limit());
  }

  @ParameterizedTest
  @EnumSource
  void row48OutputIsBounded(Compression compression) throws IOException {
    byte[] raw = compress(compression, TEXT);
    Limits limits = Limits.DEFAULT.toBuilder().maxLayerBytes(TEXT.length - 1).build();
    InputStream in = compression.decompress(new ByteArrayInputStream(raw), "x", limits);
    LimitExceededException refusal =
        assertThrows(LimitExceededException.class, () -> in.readAllBytes());
    assertEquals("maxLayerBytes", refusal.limit());
  }

  /** Earlier ones read outside of their buffers (CVE-2026-90560). */
  @Test
  void row102TheNativeDecoderIsOneWithoutKnownHoles() {
    int[] version = Arrays.stream(ZstdVersion.VERSION.split("[.-]"))
        .mapToInt(Integer::parseInt)
        .toArray();
    assertTrue(Arrays.compare(version, new int[] {1, 5, 7, 14}) >= 0, ZstdVersion.VERSION);
  }

  @Test
  void row49ZstdWindowsAreBounded() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = new ZstdOutputStreamNoFinalizer(out).setLong(24)) {
      zstd.write(new byte[20 << 20]);
    }
    Limits limits = Limits.DEFAULT.toBuilder().maxZstdWindowLog(23).build();
    InputStream in =
        Compression.ZSTD.decompress(new ByteArrayInputStream(out.toByteArray()), "x", limits);
    LimitExceededException refusal =
        assertThrows(LimitExceededException.class, () -> in.readAllBytes());
    assertEquals("maxZstdWindowLog", refusal.limit());
    assertEquals(20 << 20, decompress(Compression.ZSTD, out.toByteArray()).length);
  }

  @Test
  void xzDictionariesAreBounded() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream xz = new XZCompressorOutputStream(out, 6)) { // a dictionary of 8 MiB
      xz.write(TEXT);
    }
    byte[] raw = out.toByteArray();
    Limits limits = Limits.DEFAULT.toBuilder().maxZstdWindowLog(20).build();
    InputStream in = Compression.XZ.decompress(new ByteArrayInputStream(raw), "x", limits);
    assertThrows(LimitExceededException.class, () -> in.readAllBytes());
  }

  @Test
  void countsCompressedBytes() throws IOException {
    byte[] raw = compress(Compression.GZIP, TEXT);
    try (LayerStream in =
        Compression.GZIP.decompress(new ByteArrayInputStream(raw), "x", Limits.DEFAULT)) {
      assertEquals(0, in.compressedBytes());
      in.readAllBytes();
      assertEquals(raw.length, in.compressedBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void exceptionsOfTheRawStreamPassThrough(Compression compression) throws IOException {
    IOException disconnected = new IOException("disconnected");
    byte[] raw = compress(compression, TEXT);
    InputStream failing = new InputStream() {
      private int at;

      @Override
      public int read() throws IOException {
        if (at == raw.length / 2) {
          throw disconnected;
        }
        return raw[at++] & 0xFF;
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        b[off] = (byte) read();
        return 1;
      }
    };
    assertSame(
        disconnected, assertThrows(IOException.class, () -> decompress(compression, failing)));
  }

  @ParameterizedTest
  @EnumSource
  void closesTheRawStream(Compression compression) throws IOException {
    boolean[] closed = new boolean[1];
    InputStream raw = new ByteArrayInputStream(compress(compression, TEXT)) {
      @Override
      public void close() {
        closed[0] = true;
      }
    };
    InputStream in = compression.decompress(raw, "x", Limits.DEFAULT);
    in.read();
    in.close();
    assertTrue(closed[0]);
  }

  @Test
  void aGzipOfNothingButZerosIsAnEmptyLayer() throws IOException {
    byte[] tar = decompress(Compression.GZIP, compress(Compression.GZIP, new byte[1024]));
    assertTrue(Archives.changes(tar).isEmpty());
  }
}
