package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.SHA256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Platform} and {@link PlatformMatcher}; the tables are those of containerd's {@code platforms} tests. */
final class PlatformTest {
  @ParameterizedTest
  @DisplayName("IDX-15 IDX-17 IDX-20 CFG-03 CFG-05 CFG-07: spellings of a platform")
  @CsvSource({
    "linux/amd64, linux/amd64",
    "Linux/X86_64, linux/amd64",
    "linux/x86-64, linux/amd64",
    "linux/amd64/v1, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/i386, linux/386",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64",
    "linux/arm64/8, linux/arm64",
    "linux/arm64/v9, linux/arm64/v9",
    "linux/arm, linux/arm/v7",
    "linux/arm/7, linux/arm/v7",
    "linux/arm/6, linux/arm/v6",
    "linux/armhf, linux/arm/v7",
    "linux/armel, linux/arm/v6",
    "macos/arm64, darwin/arm64",
    "linux/riscv64, linux/riscv64",
    "linux/ppc64le, linux/ppc64le",
  })
  void parses(String text, String normalized) throws IOException {
    assertEquals(normalized, Platform.parse(text).toString());
    assertEquals(Platform.parse(text), Platform.parse(normalized));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "linux",
        "/",
        "linux/",
        "/amd64",
        "linux/arm/v7/x",
        "linux/am d64",
        "linux/\u00e9",
        "*/*"
      })
  void refusesMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> Platform.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux/amd64",
    "Linux, aarch64, linux/arm64",
    "Linux, arm, linux/arm/v7",
    "Linux, ppc64le, linux/ppc64le",
    "Mac OS X, aarch64, darwin/arm64",
    "Mac OS X, x86_64, darwin/amd64",
    "Windows 11, amd64, windows/amd64",
    "Windows Server 2022, x86, windows/386",
  })
  void knowsTheHost(String osName, String osArch, String platform) {
    assertEquals(platform, Platform.host(osName, osArch).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64 linux/386",
    "linux/amd64/v3, linux/amd64/v3 linux/amd64/v2 linux/amd64 linux/386",
    "linux/arm, linux/arm/v7 linux/arm/v6 linux/arm/v5",
    "linux/arm/v5, linux/arm/v5",
    "linux/arm64, linux/arm64 linux/arm/v8 linux/arm/v7 linux/arm/v6 linux/arm/v5",
    "linux/riscv64, linux/riscv64",
  })
  void ranksWhatRunsThere(String wanted, String inOrder) throws IOException {
    PlatformMatcher matcher = new PlatformMatcher(Platform.parse(wanted));
    int rank = 0;
    for (String platform : inOrder.split(" ", -1)) {
      assertEquals(OptionalInt.of(rank++), matcher.rank(Platform.parse(platform)), platform);
    }
    for (String other :
        List.of("windows/amd64", "linux/s390x", "unknown/unknown", "linux/arm64/v9.5")) {
      assertEquals(OptionalInt.empty(), matcher.rank(Platform.parse(other)), other);
    }
  }

  @Test
  void newerArm64RunsOlder() throws IOException {
    PlatformMatcher matcher = new PlatformMatcher(Platform.parse("linux/arm64/v9.1"));
    List<Integer> ranks = new ArrayList<>();
    for (String variant : List.of("v9.1", "v9", "v8.6", "v8.5", "v8.1", "v8")) {
      ranks.add(matcher.rank(Platform.parse("linux/arm64/" + variant)).orElseThrow());
    }
    assertEquals(List.of(0, 1, 2, 3, 7, 8), ranks);
    assertEquals(OptionalInt.empty(), matcher.rank(Platform.parse("linux/arm64/v9.2")));
  }

  @Test
  @DisplayName("IDX-18 CFG-06: os.features must be there; Windows builds must be equal")
  void comparesFeaturesAndWindowsVersions() {
    PlatformMatcher host = new PlatformMatcher(windows("10.0.17763.1", List.of()));
    assertEquals(OptionalInt.of(0), host.rank(windows("10.0.17763.999", List.of())));
    assertEquals(OptionalInt.of(0), host.rank(Platform.of("windows", "amd64")));
    assertEquals(OptionalInt.empty(), host.rank(windows("10.0.20348.1", List.of())));
    assertEquals(OptionalInt.empty(), host.rank(windows("10.0.17763.1", List.of("win32k"))));
    PlatformMatcher full = new PlatformMatcher(windows("10.0.17763.1", List.of("win32k")));
    assertEquals(OptionalInt.of(0), full.rank(windows("10.0.17763.1", List.of("win32k"))));
  }

  private static Platform windows(String version, List<String> features) {
    return new Platform("windows", "amd64", Optional.empty(), Optional.of(version), features);
  }

  @Test
  @DisplayName("IDX-21: the best entry first, of equals the first, and those without platform last")
  void selects() throws IOException {
    Descriptor bare = descriptor(1);
    Descriptor v6 = descriptor(2).withPlatform(Platform.parse("linux/arm/v6"));
    Descriptor v7 = descriptor(3).withPlatform(Platform.of("linux", "arm"));
    Descriptor v7Again = descriptor(4).withPlatform(Platform.parse("linux/arm/v7"));
    Descriptor amd64 = descriptor(5).withPlatform(Platform.parse("linux/amd64"));
    assertEquals(
        List.of(v7, v7Again, v6, bare),
        new PlatformMatcher(Platform.parse("linux/arm/v7"))
            .select(List.of(bare, amd64, v6, v7, v7Again)));
  }

  private static Descriptor descriptor(long size) throws IOException {
    return Descriptor.of(MediaType.OCI_MANIFEST, Digest.parse(SHA256), size);
  }
}
