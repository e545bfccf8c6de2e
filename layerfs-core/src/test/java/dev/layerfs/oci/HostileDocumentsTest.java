package dev.layerfs.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.testing.HostileCase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents of the hostile set, read as what they pretend to be. */
final class HostileDocumentsTest {
  static Stream<HostileCase> documents() {
    return HostileCase.hostile().stream()
        .filter(c -> c.id().startsWith("E") && c.file().toString().endsWith(".json"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("documents")
  void readsOrRefusesAsListed(HostileCase c) throws IOException {
    byte[] document = Files.readAllBytes(c.file());
    IOException refusal = switch (c.id()) {
      case "E19" ->
        null; // A well-formed index: what it amplifies is decided by whoever follows it.
      case "E20" ->
        refusal(() -> ImageConfig.parse(manifestOfOneLayer(document), document, Limits.DEFAULT));
      case "E21" -> refusal(() -> ImageConfig.parse(document, Limits.DEFAULT));
      default -> refusal(() -> Manifest.parse(document, MediaType.OCI_MANIFEST, Limits.DEFAULT));
    };
    if (c.allows("ACCEPT") || c.allows("POLICY") || c.id().equals("E19")) {
      assertEquals(null, refusal, c::toString);
    } else if (c.allows("LIMIT")) {
      assertEquals(
          LimitExceededException.class, refusal == null ? null : refusal.getClass(), c::toString);
    } else if (!(refusal instanceof MalformedImageException
        || refusal instanceof UnsupportedImageException)) {
      fail(c + ": " + refusal);
    }
  }

  /** A manifest is not an index by another name, whichever of the two a descriptor says it is. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("documents")
  void isNoIndexUnlessItIsOne(HostileCase c) throws IOException {
    byte[] document = Files.readAllBytes(c.file());
    if (c.id().equals("E19")) {
      assertEquals(
          3_000,
          Index.parse(document, MediaType.OCI_INDEX, Limits.DEFAULT).manifests().size());
    } else {
      assertThrows(
          IOException.class,
          () -> Index.parse(document, MediaType.OCI_INDEX, Limits.DEFAULT),
          c::toString);
    }
  }

  private static Manifest manifestOfOneLayer(byte[] config) {
    return Manifest.of(
        Descriptor.ofContent(MediaType.OCI_CONFIG, config),
        List.of(Descriptor.ofContent(MediaType.OCI_LAYER, new byte[0])));
  }

  /** A parse of a document. */
  @FunctionalInterface
  private interface Parse {
    Object run() throws IOException;
  }

  private static @Nullable IOException refusal(Parse parse) {
    try {
      parse.run();
      return null;
    } catch (IOException e) {
      return e;
    }
  }
}
