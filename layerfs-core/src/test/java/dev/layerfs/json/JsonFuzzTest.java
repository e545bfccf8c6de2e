package dev.layerfs.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read is what Gson reads, and can be written and read again; what is refused for no rule of ours, Gson refuses. */
final class JsonFuzzTest {
  private static final int MAX_DEPTH = 64;
  private static final JsonReader READER = new JsonReader(1 << 16, MAX_DEPTH);

  static Stream<Arguments> seeds() {
    return Stream.of(
            "{}",
            "[]",
            "{\"schemaVersion\":2,\"layers\":[{\"size\":-1.5e+10,\"x\":null}],\"a\":{\"b\":true}}",
            "[\"\\u00e9\\ud83d\\ude00\\b\\f\\n\\r\\t\\/\\\\\\\"\",0,-0,0.1,1E9,false]",
            " { \"a\" : [ 1 , 2 ] , \"b\" : \"\u2028\u0000\" } ",
            "{\"a\":1,\"a\":2}",
            "{\"not JSON\":1,\"not JSON\":2}",
            "\"\\ud800\"",
            "{\"\\ude00\":1}",
            "[\"\\u004\u0363\"]",
            "[01]",
            "[1] x",
            "\uFEFF{}",
            "[".repeat(MAX_DEPTH + 1) + "]".repeat(MAX_DEPTH + 1))
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsWhatGsonReads(byte[] document) throws IOException {
    Json read;
    try {
      read = READER.read(document, "fuzz");
    } catch (LimitExceededException e) {
      return;
    } catch (MalformedImageException e) {
      boolean refusedByAll = e.getMessage().startsWith("fuzz: not JSON")
          && !e.getMessage().contains("surrogate"); // RFC 7493's rule, in the parser's words
      if (refusedByAll) {
        String text = new String(document, StandardCharsets.UTF_8);
        assertThrows(IOException.class, () -> PlainJson.ofGson(text), e.getMessage());
      }
      return;
    }
    assertEquals(
        PlainJson.ofGson(new String(document, StandardCharsets.UTF_8)), PlainJson.of(read));
    byte[] written = read.toBytes();
    Json again = READER.read(written, "written");
    assertEquals(PlainJson.of(read), PlainJson.of(again));
    assertTrue(written.length <= 3L * document.length, "no longer than its escapes make it");
  }
}
