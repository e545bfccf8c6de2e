package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a {@code WWW-Authenticate} header says, its challenges are of RFC 9110's grammar and can be written down again. */
final class ChallengeFuzzTest {
  private static final Pattern TOKEN = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+");

  static Stream<Arguments> seeds() {
    return Stream.of(
            "Bearer realm=\"https://auth.example/token\",service=\"reg\",scope=\"repository:a/b:pull\"",
            "Basic realm=\"a \\\"quoted\\\" one\", Bearer realm = x , error=\"insufficient_scope\"",
            "Negotiate, NTLM",
            "Negotiate dG9rZW4=, Basic realm=\"x",
            ",,Bearer\trealm=\"\\\\\",realm=\"second\"",
            "Bearer realm=\"a\u00e9\"\nBasic")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsWhatItCanWrite(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    List<String> headers = List.of(text.split("\n", -1));
    List<Challenge> challenges = Challenge.parse(headers);
    for (Challenge challenge : challenges) {
      assertTrue(TOKEN.matcher(challenge.scheme()).matches(), challenge::toString);
      for (Map.Entry<String, String> parameter : challenge.parameters().entrySet()) {
        assertTrue(TOKEN.matcher(parameter.getKey()).matches(), challenge::toString);
        assertTrue(text.length() >= parameter.getValue().length(), "no more than was there");
        assertFalse(parameter.getValue().indexOf('\n') >= 0, "of one header");
      }
    }
    assertEquals(challenges, Challenge.parse(List.of(written(challenges))));
    List<Challenge> each = new ArrayList<>();
    headers.forEach(header -> each.addAll(Challenge.parse(List.of(header))));
    assertEquals(each, challenges, "a header says nothing about another");
  }

  private static String written(List<Challenge> challenges) {
    StringJoiner all = new StringJoiner(", ");
    for (Challenge challenge : challenges) {
      StringJoiner parameters = new StringJoiner(",", challenge.scheme() + " ", "");
      challenge
          .parameters()
          .forEach((name, value) -> parameters.add(
              name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\""));
      all.add(parameters.toString());
    }
    return all.toString();
  }
}
