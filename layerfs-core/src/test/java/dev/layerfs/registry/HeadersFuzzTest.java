package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a registry's header fields say, they are taken for what their grammar says, or refused by a typed error. */
final class HeadersFuzzTest {
  private static final URI BASE = URI.create("https://registry.example:5443/v2/a/b/uploads/1");

  /** RFC 3986, appendix B, of addresses that have an authority. */
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]*).*");

  private static final Pattern NEXT = Pattern.compile("<[^<>]*> *; *rel=(next|\"next\")");
  private static final Pattern RANGE = Pattern.compile("bytes ([0-9]+)-([0-9]+)/([0-9]+|\\*)");
  private static final Pattern RECEIVED = Pattern.compile("(?:bytes=)?0-(-?[0-9]+)");

  static Stream<Arguments> seeds() {
    return Stream.of(
            "https://registry.example:5443/v2/a/b/uploads/2?_state=x%20y",
            "/v2/a/b/uploads/2",
            "//other.example/x",
            "http://registry.example:5443/v2/",
            "https://user:secret@registry.example:5443/",
            "https://REGISTRY.example:99999/",
            "<https://registry.example:5443/v2/_catalog?n=2&last=b>; rel=\"next\"",
            "</v2/a/tags/list?last=x>;REL = next;x=\"<>\"",
            "<https://other.example/>; rel=next",
            "</first>; rel=\"prev\"; title=\"a, <b>; c\", </second>; rel=\"next last\"",
            "<t=>;REL=ne xt;x<",
            ">, </c>;rel=next",
            "bytes 10-19/30",
            "bytes 10-19/*",
            "bytes=0-9",
            "0-9223372036854775807",
            "0--1",
            "4294967295",
            "-1",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "application/vnd.oci.image.index.v1+json; charset=utf-8",
            "sha256:" + "0123456789abcdef".repeat(4))
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @MethodSource("seeds")
  @FuzzTest
  void areTakenForWhatTheySay(byte[] input) throws IOException {
    String text = new String(input, StandardCharsets.ISO_8859_1).trim(); // as HttpHeaders does
    location(text);
    link(text);
    received(text);
    contentRange(text);
    numbers(text);
    names(text);
  }

  private static Response response(String header, String value) {
    return new Response(
        "GET v2/",
        BASE,
        200,
        HttpHeaders.of(Map.of(header, List.of(value)), (name, each) -> true),
        InputStream.nullInputStream(),
        Redaction.NONE);
  }

  private static void location(String text) throws RegistryException {
    URI target;
    try {
      target = Redirects.location(response("Location", text));
    } catch (RegistryException e) {
      return;
    }
    Origin origin = Origin.of(target);
    assertTrue(origin.isSecure(), text);
    assertTrue(target.getRawUserInfo() == null, text);
    assertTrue(target.toASCIIString().chars().allMatch(c -> c > ' ' && c < 0x7f), text);
    Matcher absolute = ABSOLUTE.matcher(text);
    if (absolute.matches()) {
      String port = origin.port() == 443 ? "(:443|:)?" : ":0*" + origin.port();
      String authority = absolute.group(1).toLowerCase(Locale.ROOT);
      assertTrue(authority.matches(Pattern.quote(origin.host()) + port), text);
    }
  }

  private static void link(String text) throws RegistryException {
    try {
      Optional<URI> next = Pages.next(response("Link", text));
      if (next.isPresent()) {
        assertEquals(Origin.of(BASE), Origin.of(next.get()), text);
        assertTrue(text.toLowerCase(Locale.ROOT).contains("next"), text);
        int open = text.indexOf('<');
        String target = text.substring(open + 1, text.indexOf('>', open));
        assertTrue(open != text.lastIndexOf('<') || isResolved(target, next.get()), text);
      } else {
        assertTrue(!NEXT.matcher(text).matches(), text);
      }
    } catch (RegistryException e) {
      assertTrue(text.contains("<"), "only a link is malformed");
    }
  }

  private static boolean isResolved(String target, URI resolved) {
    return BASE.resolve(target).equals(resolved);
  }

  private static void received(String text) {
    Matcher expected = RECEIVED.matcher(text);
    try {
      long received = UploadSession.received(response("Range", text));
      assertTrue(expected.matches(), text);
      assertEquals(Math.max(0, Long.parseLong(expected.group(1))), Math.max(0, received - 1), text);
      assertTrue(received >= 0, text);
    } catch (RegistryException e) {
      assertTrue(!expected.matches() || expected.group(1).length() > 18, text);
    }
  }

  private static void contentRange(String text) {
    Matcher range = RANGE.matcher(text);
    boolean says = range.matches()
        && range.group(1).equals("10")
        && range.group(2).equals("19")
        && (range.group(3).equals("30") || range.group(3).equals("*"));
    assertEquals(says, BlobRange.isRange(response("Content-Range", text), 10, 20, 30), text);
  }

  private static void numbers(String text) {
    Retries.duration(text).ifPresent(wait -> assertTrue(!wait.isNegative(), text));
    try {
      OptionalLong length = response("Content-Length", text).length();
      assertEquals(Long.parseLong(text), length.orElseThrow(), text);
    } catch (RegistryException e) {
      assertTrue(!text.matches("[0-9]{1,18}"), text);
    }
  }

  private static void names(String text) throws IOException {
    try {
      response("Content-Type", text)
          .mediaType()
          .ifPresent(type -> assertTrue(text.contains(type.value()), text));
    } catch (RegistryException e) {
      assertTrue(!text.matches("[a-z]+/[a-z]+"), text);
    }
    byte[] content = {1};
    try {
      response("Docker-Content-Digest", text).requireDigestOf(content);
      assertTrue(!text.startsWith("sha256:"), text);
    } catch (RegistryException | dev.layerfs.error.DigestMismatchException e) {
      assertTrue(!e.getMessage().contains("\n"), text);
    }
  }
}
