package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.HEX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Reference}; the cases are those of the distribution project's {@code reference} tests. */
final class ReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "debian, docker.io/library/debian, debian",
    "debian:12, docker.io/library/debian:12, debian:12",
    "docker.io/debian, docker.io/library/debian, debian",
    "index.docker.io/debian, docker.io/library/debian, debian",
    "library/debian, docker.io/library/debian, debian",
    "docker/docker, docker.io/docker/docker, docker/docker",
    "docker.io/a/b/c:1, docker.io/a/b/c:1, a/b/c:1",
    "localhost, docker.io/library/localhost, localhost",
    "localhost/x, localhost/x, localhost/x",
    "localhost:5000/x, localhost:5000/x, localhost:5000/x",
    "localhost:5000, docker.io/library/localhost:5000, localhost:5000",
    "docker.io/localhost/x, docker.io/localhost/x, docker.io/localhost/x",
    "docker.io/ex.am/x, docker.io/ex.am/x, docker.io/ex.am/x",
    "127.0.0.1:5000/docker/docker, 127.0.0.1:5000/docker/docker, 127.0.0.1:5000/docker/docker",
    "[2001:db8::1]:5000/x:y, [2001:db8::1]:5000/x:y, [2001:db8::1]:5000/x:y",
    "[::1]/x, [::1]/x, [::1]/x",
    "Uppercase/x, Uppercase/x, Uppercase/x",
    "xn--7o8h.com/myimage:xn--7o8h.com, xn--7o8h.com/myimage:xn--7o8h.com, xn--7o8h.com/myimage:xn--7o8h.com",
    "a/b__c-d---e.f_g, docker.io/a/b__c-d---e.f_g, a/b__c-d---e.f_g",
    "x:_Tag.-1, docker.io/library/x:_Tag.-1, x:_Tag.-1",
  })
  void parses(String text, String full, String familiar) throws IOException {
    Reference reference = Reference.parse(text);
    assertEquals(full, reference.toString());
    assertEquals(familiar, reference.familiar());
    assertEquals(reference, Reference.parse(full));
    assertEquals(reference, Reference.parse(familiar));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":x",
        "@",
        "x:",
        "x@",
        "/x",
        "x/",
        "a//b",
        "Debian",
        "a/Debian",
        "https://github.com/docker/docker",
        "docker.io/docker/Docker:tag",
        "-x",
        "x-",
        ".x",
        "x..y",
        "x___y",
        "x_.y",
        "x._y",
        "a:b:c",
        "x:.tag",
        "x:-tag",
        "x:t/g",
        "x y",
        "x\n",
        "\u00e9",
        "ex_ample.com/x",
        "-e.com/x",
        "e-.com/x",
        "e..com/x",
        "e.com:/x",
        "e.com:port/x",
        "e.com:123456/x",
        "[fe80::1%25eth0]:5000/x",
        "[::x]/y",
        "[::1/y",
        "x@sha256:abc",
        "x@md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "x@sha256:" + HEX + "@sha256:" + HEX,
        HEX,
        "docker.io/../../etc/passwd"
      })
  void refusesMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> Reference.parse(text));
  }

  @Test
  void readsTheParts() throws IOException {
    Reference reference = Reference.parse("example.com:5000/a/b:1.0@sha256:" + HEX);
    assertEquals("example.com:5000", reference.domain());
    assertEquals("a/b", reference.repository());
    assertEquals("example.com:5000/a/b", reference.name());
    assertEquals(Optional.of("1.0"), reference.tag());
    assertEquals(Optional.of(new Digest("sha256", HEX)), reference.digest());
    assertEquals("example.com:5000/a/b:1.0@sha256:" + HEX, reference.toString());
    assertEquals(reference, reference.withDefaultTag());
    assertEquals("debian:latest", Reference.parse("debian").withDefaultTag().familiar());
  }

  /** As regular expressions these grammars overflow the stack. */
  @Test
  void row56LongNamesAreRefusedAtOnce() {
    for (String name : List.of("a", "a/", "a-", "0", "a.", "[::1]:5000/")) {
      String text = name.repeat(100_000);
      assertThrows(MalformedImageException.class, () -> Reference.parse(text));
      assertThrows(MalformedImageException.class, () -> Reference.parse("x@sha256:" + text));
      assertThrows(MalformedImageException.class, () -> Reference.parse("x:" + text));
      assertThrows(IOException.class, () -> Digest.parse(text + ":" + text));
    }
  }

  @Test
  void row56KeepsTheLengths() throws IOException {
    String longest = "e.com/" + "a".repeat(249);
    assertEquals(longest, Reference.parse(longest).toString());
    assertThrows(MalformedImageException.class, () -> Reference.parse(longest + "a"));
    Reference.parse("x:" + "t".repeat(128));
    assertThrows(MalformedImageException.class, () -> Reference.parse("x:" + "t".repeat(129)));
  }

  @Test
  void cannotBeMadeMalformed() {
    for (String repository : List.of("", "debian", "../x", "a/B")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Reference("docker.io", repository, Optional.empty(), Optional.empty()));
    }
  }

  @Test
  void roundTrips() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      Reference reference = random(random);
      assertEquals(reference, Reference.parse(reference.toString()), () -> "seed " + seed);
      assertEquals(reference, Reference.parse(reference.familiar()), () -> "seed " + seed);
    }
  }

  private static Reference random(Random random) {
    String domain =
        pick(random, "docker.io", "localhost", "e.com", "E", "h:5000", "[::1]:1", "10.0.0.1");
    StringBuilder repository =
        new StringBuilder(pick(random, "library", "localhost", "a", "ex.am", "x9"));
    for (int i = random.nextInt(3) + 1; i > 0; i--) {
      repository.append('/').append(pick(random, "b", "c__d", "e---f", "g.h", "latest", HEX, "0"));
    }
    Optional<String> tag = random.nextBoolean()
        ? Optional.of(pick(random, "1", "_", "Latest", "a.-_"))
        : Optional.empty();
    Optional<Digest> digest =
        random.nextBoolean() ? Optional.of(new Digest("sha256", HEX)) : Optional.empty();
    return new Reference(domain, repository.toString(), tag, digest);
  }

  private static String pick(Random random, String... values) {
    return values[random.nextInt(values.length)];
  }
}
