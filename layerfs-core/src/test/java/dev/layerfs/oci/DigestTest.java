package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.HEX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @DisplayName(
      "DSC-18 DSC-26 DSC-27 DSC-28 DSC-29 DSC-30 DSC-32 OIL-10: malformed digests are refused")
  @ValueSource(
      strings = {
        "",
        ":",
        "sha256",
        "sha256:",
        ":" + HEX,
        "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sha256:" + HEX + "a",
        "sha256:" + HEX + "\n",
        " sha256:" + HEX,
        "sha256:" + HEX + "/../x",
        "sha256:\u0661aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sha512:" + HEX,
        "blake3:aa",
        "blake3:" + HEX + "a",
        "blake3:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "SHA256:" + HEX,
        "../x:" + HEX,
        "a..b:x",
        "+a:x",
        "a+:x",
        "a:x y",
        "a:.."
      })
  void row60RefusesMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> Digest.parseAny(text));
    assertThrows(MalformedImageException.class, () -> Digest.parse(text));
  }

  @Test
  void row60RefusesWhatIsTooLongForAFileName() {
    assertThrows(MalformedImageException.class, () -> Digest.parseAny("x:" + "a".repeat(256)));
    assertThrows(MalformedImageException.class, () -> Digest.parseAny("x".repeat(65) + ":a"));
  }

  @Test
  @DisplayName(
      "DSC-19 DSC-31: unrecognized algorithms pass validation, but nothing is fetched by them")
  void acceptsOtherAlgorithmsForCopying() throws IOException {
    for (String text : List.of(
        "md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
        "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564=",
        "blake3:" + HEX)) {
      Digest digest = Digest.parseAny(text);
      assertEquals(text, digest.toString());
      assertFalse(digest.isVerifiable());
      assertThrows(UnsupportedImageException.class, () -> Digest.parse(text));
      assertThrows(IllegalStateException.class, digest::newMessageDigest);
    }
  }

  @Test
  @DisplayName("DSC-25: sha256 is verified, and sha512")
  void verifies() throws IOException {
    Digest sha256 =
        Digest.parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertEquals(sha256, Digest.sha256(ABC));
    assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sha256.hex());
    assertTrue(sha256.matches(ABC));
    assertFalse(sha256.matches(new byte[0]));
    Digest sha512 =
        Digest.parse("sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    assertTrue(sha512.matches(ABC));
    assertFalse(sha512.matches(new byte[0]));
  }

  @Test
  void cannotBeMadeMalformed() {
    assertThrows(IllegalArgumentException.class, () -> new Digest("sha256", "../../etc/passwd"));
    assertThrows(IllegalArgumentException.class, () -> new Digest("..", HEX));
    assertThrows(IllegalArgumentException.class, () -> Digest.ofSha256(new byte[31]));
  }

  @Test
  void row74DiffIdsAreSha256() throws IOException {
    assertEquals("sha256:" + HEX, DiffId.parse("sha256:" + HEX).toString());
    String sha512 = "sha512:" + HEX + HEX;
    assertThrows(UnsupportedImageException.class, () -> DiffId.parse(sha512));
    assertThrows(IllegalArgumentException.class, () -> new DiffId(Digest.parse(sha512)));
    assertThrows(MalformedImageException.class, () -> DiffId.parse("sha256:x"));
  }

  /** Computed with {@code printf} and {@code sha256sum} by the recursion of config.md. */
  @Test
  void computesChainIds() throws IOException {
    DiffId a = DiffId.parse("sha256:" + HEX);
    DiffId b = DiffId.parse("sha256:" + "b".repeat(64));
    assertEquals(a.digest(), ChainId.of(List.of(a)).digest());
    assertEquals(CHAIN_AB, ChainId.of(List.of(a, b)).toString());
    assertEquals(CHAIN_ABA, ChainId.of(List.of(a, b, a)).toString());
    assertThrows(IllegalArgumentException.class, () -> ChainId.of(List.of()));
  }

  private static final String CHAIN_AB =
      "sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c";
  private static final String CHAIN_ABA =
      "sha256:406364a4bd8d39df8107071d4494fa73814420337124657ec5999b072e5d3352";
}
