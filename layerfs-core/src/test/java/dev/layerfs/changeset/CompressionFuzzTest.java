package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, every decoder gives bytes or an {@link IOException}, and nothing else. */
final class CompressionFuzzTest {
  private static final Limits LIMITS =
      Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 20).maxZstdWindowLog(20).build();

  static Stream<Arguments> seeds() {
    byte[] text =
        "some text, some text, some text".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return Stream.of(TarBuilder.gzip(text), com.github.luben.zstd.Zstd.compress(text), text)
        .map(raw -> Arguments.of((Object) raw));
  }

  @MethodSource("seeds")
  @FuzzTest
  void decompressesOrRefuses(byte[] raw) {
    for (Compression compression : Compression.values()) {
      try (InputStream in = compression.decompress(new ByteArrayInputStream(raw), "fuzz", LIMITS)) {
        long bytes = in.transferTo(OutputStream.nullOutputStream());
        assertTrue(bytes <= LIMITS.maxLayerBytes(), "bounded");
      } catch (IOException e) {
        assertTrue(e.getMessage() != null, "says why");
      }
    }
  }
}
