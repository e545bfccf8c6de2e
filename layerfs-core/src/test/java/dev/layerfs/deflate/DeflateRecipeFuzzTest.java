package dev.layerfs.deflate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import dev.layerfs.changeset.Compression;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever inflates is made again, or is odd; and what pretends to be a recipe makes something, or is refused. */
final class DeflateRecipeFuzzTest {
  private static final Limits LIMITS =
      Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 20).build();

  static Stream<Arguments> seeds() throws IOException {
    byte[] text = "some text, some text, some text".getBytes(StandardCharsets.US_ASCII);
    byte[] gzip = TarBuilder.gzip(text);
    ByteArrayOutputStream recipe = new ByteArrayOutputStream();
    DeflateRecipe.write(
        new ByteArrayInputStream(gzip), new ByteArrayInputStream(text), Search.GO, 99, recipe);
    byte[] plain = Zstd.decompress(recipe.toByteArray(), 1000);
    return Stream.of(gzip, plain).map(raw -> Arguments.of((Object) raw));
  }

  @MethodSource("seeds")
  @FuzzTest
  void isMadeAgainOrOdd(byte[] raw) throws IOException {
    byte[] bytes;
    try (InputStream in =
        Compression.GZIP.decompress(new ByteArrayInputStream(raw), "fuzz", LIMITS)) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      replayAnything(raw);
      return;
    }
    for (Search search : Search.values()) {
      ByteArrayOutputStream recipe = new ByteArrayOutputStream();
      try {
        DeflateRecipe.write(
            new ByteArrayInputStream(raw),
            new ByteArrayInputStream(bytes),
            search,
            Long.MAX_VALUE,
            recipe);
      } catch (OddStreamException e) {
        continue;
      }
      ByteArrayOutputStream gzip = new ByteArrayOutputStream();
      DeflateRecipe.replay(
          new ByteArrayInputStream(recipe.toByteArray()),
          new ByteArrayInputStream(bytes),
          search,
          gzip);
      assertArrayEquals(raw, gzip.toByteArray(), search.name());
    }
  }

  private static void replayAnything(byte[] raw) throws IOException {
    try {
      DeflateRecipe.replay(
          new ByteArrayInputStream(Zstd.compress(raw)),
          new ByteArrayInputStream(raw),
          Search.values()[raw.length % Search.values().length],
          new ByteArrayOutputStream());
    } catch (OddStreamException | EOFException e) {
      // what is meant for it
    }
  }
}
