package dev.layerfs.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.layerfs.error.MalformedImageException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is parsed is what the distribution project's grammar, as a regular expression, has in its full form; its full and
 * its familiar form are parsed to the same. Whatever is in that grammar and its limits is parsed.
 */
final class ReferenceFuzzTest {
  private static final int MAX_NAME = 255;
  private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final String DOMAIN =
      "(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]{3,}\\])(?::[0-9]{1,5})?";
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final String DIGEST = "sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}";
  private static final Pattern FULL = Pattern.compile("(?<name>" + DOMAIN + "(?:/" + COMPONENT
      + ")+)(?::[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?(?:@(?:" + DIGEST + "))?");

  /** A first name that can only be a registry. */
  private static final Pattern SURE =
      Pattern.compile("(?!docker\\.io/|index\\.docker\\.io/)[^/]*[.:][^/]*/.*", Pattern.DOTALL);

  static Stream<Arguments> seeds() {
    return Stream.of(
            "debian",
            "debian:12@sha256:" + "0123456789abcdef".repeat(4),
            "localhost:5000/a/b__c-d---e.f_g:_Tag.-1",
            "[2001:db8::1]:5000/x",
            "index.docker.io/Library/x",
            "docker.io/a.b/c",
            "example.com:65536/x",
            "a".repeat(64),
            "host/../x",
            "x@sha256:",
            "x.y/" + "b".repeat(252))
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("seeds")
  @FuzzTest
  void agreesWithTheGrammar(byte[] input) throws MalformedImageException {
    String text = new String(input, StandardCharsets.UTF_8);
    Reference reference;
    try {
      reference = Reference.parse(text);
    } catch (MalformedImageException e) {
      assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), "escaped");
      assertTrue(!isSurelyFull(text), () -> "refused: " + e.getMessage());
      return;
    }
    assertTrue(isInGrammar(reference.toString()), reference::toString);
    assertEquals(reference, Reference.parse(reference.toString()));
    assertEquals(reference, Reference.parse(reference.familiar()));
    assertTrue(reference.familiar().length() <= reference.toString().length(), "familiar");
  }

  private static boolean isInGrammar(String text) {
    if (text.length() > 1_000) { // java.util.regex is recursive
      return false;
    }
    var matcher = FULL.matcher(text);
    return matcher.matches() && matcher.group("name").length() <= MAX_NAME;
  }

  private static boolean isSurelyFull(String text) {
    return text.length() <= 1_000 && SURE.matcher(text).matches() && isInGrammar(text);
  }
}
