package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.oci.Limits;
import dev.layerfs.testing.Tool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BlockCompressorTest {
  private static final Executor HERE = Runnable::run;

  @TempDir
  private Path directory;

  private static byte[] content(long seed, int length) {
    byte[] content = new byte[length];
    Random random = new Random(seed);
    for (int i = 0; i < length; i++) {
      content[i] = (byte) ('a' + random.nextInt(i % 1000 < 900 ? 3 : 200));
    }
    return content;
  }

  private static byte[] compress(
      Compression compression, byte[] content, Executor threads, int processors)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockCompressor compressor = BlockCompressor.begin(compression, out, threads, processors);
    int step = 100_003;
    for (int i = 0; i < content.length; i += step) {
      compressor.write(content, i, Math.min(step, content.length - i));
    }
    compressor.finish();
    compressor.finish();
    return out.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD"})
  void theStrictDecoderGivesItBack(Compression compression) throws IOException {
    long seed = new Random().nextLong();
    for (int length : new int[] {0, 1, 262_143, 262_144, 262_145, 1_500_000}) {
      byte[] content = content(seed, length);
      byte[] compressed = compress(compression, content, HERE, 2);
      try (InputStream in =
          compression.decompress(new ByteArrayInputStream(compressed), "test", Limits.DEFAULT)) {
        assertArrayEquals(content, in.readAllBytes(), "seed " + seed + ", length " + length);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD"})
  void theNumberOfThreadsPlaysNoPart(Compression compression) throws IOException {
    long seed = new Random().nextLong();
    byte[] content = content(seed, 2_500_000);
    ExecutorService threads = Executors.newFixedThreadPool(7);
    try {
      assertArrayEquals(
          compress(compression, content, HERE, 1),
          compress(compression, content, threads, 7),
          "seed " + seed);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void gzipAndZstdTakeIt() throws IOException {
    for (String program : List.of("gzip", "zstd")) {
      Tool.assume(program);
      Compression compression = Compression.valueOf(program.toUpperCase(java.util.Locale.ROOT));
      Path file = directory.resolve("file." + program);
      Files.write(file, compress(compression, content(1, 1_000_000), HERE, 2));
      Tool.Result result = Tool.run(List.of(program, "-t", file.toString()));
      assertEquals(0, result.status(), result.output());
    }
  }

  @Test
  void failuresOfTheTargetAreThrown() {
    OutputStream full = new OutputStream() {
      private int count;

      @Override
      public void write(int b) throws IOException {
        if (++count > 10) {
          throw new IOException("full");
        }
      }
    };
    assertThrows(
        IOException.class,
        () -> BlockCompressor.begin(Compression.GZIP, full, HERE, 1).finish());
  }

  @Test
  void otherCompressionsAreNotWritten() {
    assertThrows(
        IllegalArgumentException.class,
        () -> BlockCompressor.begin(Compression.XZ, OutputStream.nullOutputStream(), HERE, 1));
  }
}
