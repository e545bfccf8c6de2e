package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChallengeTest {
  private static List<Challenge> parse(String... headers) {
    return Challenge.parse(List.of(headers));
  }

  @Test
  void readsWhatRegistriesSend() {
    assertEquals(
        List.of(new Challenge(
            "bearer",
            Map.of(
                "realm", "https://auth.docker.io/token",
                "service", "registry.docker.io",
                "scope", "repository:a/b:pull,push"))),
        parse("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
            + "scope=\"repository:a/b:pull,push\""));
  }

  @Test
  void readsSeveralChallenges() {
    assertEquals(
        List.of("negotiate", "basic", "bearer", "digest"),
        parse("Negotiate, BASIC realm=\"a, b\" , bearer Realm = x;, ignored", "Digest a=1").stream()
            .map(Challenge::scheme)
            .toList());
    assertEquals(
        List.of("negotiate", "basic"),
        parse("Negotiate", "Basic realm=x").stream().map(Challenge::scheme).toList());
  }

  @Test
  void readsQuotedPairs() {
    Challenge challenge = parse("Basic realm=\"a \\\"b\\\\ c\"").get(0);
    assertEquals(Optional.of("a \"b\\ c"), challenge.parameter("realm"));
  }

  @Test
  void anUnfinishedQuoteIsNoParameter() {
    assertEquals(Map.of(), parse("Bearer realm=\"https://x").get(0).parameters());
  }

  @Test
  void theFirstOfTwoParametersCounts() {
    Challenge challenge = parse("Bearer realm=a, realm=b, service=\"\"").get(0);
    assertEquals(Optional.of("a"), challenge.parameter("realm"));
    assertEquals(Optional.empty(), challenge.parameter("service"));
  }

  @Test
  void endsWhateverTheTextIs() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String alphabet = "aB=\", \\;/\t\u00e9\u0000";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      List<Challenge> challenges = parse(text.toString());
      assertEquals(true, challenges.size() <= text.length(), () -> "seed " + seed + ": " + text);
    }
  }
}
