package dev.layerfs.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link JsonReader} and {@link JsonObject}: what they refuse, what they keep, and where they say an error is. */
final class JsonReaderTest {
  private static final JsonReader READER = new JsonReader(1 << 20, 64);

  private static JsonObject read(String text) throws IOException {
    return READER.readObject(text.getBytes(StandardCharsets.UTF_8), "document");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[]",
        "null",
        "{} {}",
        "{}x",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1}//comment",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":1 \"b\":2}",
        "\uFEFF{}"
      })
  void row63RefusesWhatIsNotOneObject(String text) {
    assertThrows(MalformedImageException.class, () -> read(text));
  }

  @Test
  @DisplayName("CON-05: the encoding must be UTF-8")
  void row63RefusesOtherEncodings() {
    for (byte[] document : List.of(
        "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1),
        "{}".getBytes(StandardCharsets.UTF_16LE),
        "{}".getBytes(StandardCharsets.UTF_16BE),
        "{}".getBytes(StandardCharsets.UTF_16),
        new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'},
        new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'})) {
      assertThrows(MalformedImageException.class, () -> READER.readObject(document, "document"));
    }
  }

  @Test
  @DisplayName("CON-07: objects must not contain duplicate names, however they are written")
  void row63RefusesDuplicateNames() {
    assertThrows(MalformedImageException.class, () -> read("{\"a\":1,\"a\":1}"));
    assertThrows(MalformedImageException.class, () -> read("{\"a\":1,\"\\u0061\":1}"));
    assertThrows(MalformedImageException.class, () -> read("{\"b\":[{\"a\":1,\"a\":null}]}"));
  }

  @Test
  @DisplayName("CON-04: lone surrogates are refused, pairs are not")
  void row63RefusesLoneSurrogates() throws IOException {
    assertThrows(MalformedImageException.class, () -> read("{\"a\":\"\\ud800\"}"));
    assertThrows(MalformedImageException.class, () -> read("{\"\\udc00\":1}"));
    assertEquals("\ud83d\ude00", read("{\"a\":\"\\ud83d\\ude00\"}").string("a"));
  }

  @Test
  void row63RefusesEscapesThatOnlyLookHexadecimal() throws IOException {
    assertThrows(MalformedImageException.class, () -> read("{\"a\":\"\\u004\u0363\"}"));
    assertThrows(MalformedImageException.class, () -> read("{\"\\u004\u0163\":1}"));
    assertEquals("\\u004\u0363J", read("{\"a\":\"\\\\u004\u0363\\u004a\"}").string("a"));
  }

  @Test
  @DisplayName("CON-06: numbers that no double needs are refused")
  void row63RefusesLongNumbers() throws IOException {
    assertThrows(MalformedImageException.class, () -> read("{\"a\":" + "9".repeat(101) + "}"));
    assertEquals("{\"a\":1.50E+3}", read("{\"a\": 1.50E+3}").toString());
  }

  @Test
  void row54KeepsTheLimits() throws IOException {
    String nested = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
    read(nested);
    assertLimit("maxDocumentDepth", "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}");
    assertLimit("maxDocumentDepth", "[".repeat(100_000));
    assertLimit("maxDocumentBytes", " ".repeat(1 << 20) + "{}");
    assertLimit("maxDocumentBytes", "{\"a\":[0" + ",0".repeat(200_000) + "]}");
  }

  private static void assertLimit(String limit, String text) {
    assertEquals(
        limit, assertThrows(LimitExceededException.class, () -> read(text)).limit());
  }

  @Test
  void treatsNullAsAbsent() throws IOException {
    JsonObject json = read("{\"a\":null}");
    assertTrue(json.optionalString("a").isEmpty());
    assertTrue(json.strings("a").isEmpty());
    assertTrue(json.stringMap("a").isEmpty());
    assertThrows(MalformedImageException.class, () -> json.string("a"));
    assertThrows(MalformedImageException.class, () -> json.unsigned("a"));
    assertThrows(MalformedImageException.class, () -> json.object("a"));
  }

  @Test
  void refusesOtherKinds() throws IOException {
    JsonObject json = read("{\"n\":1,\"s\":\"x\",\"a\":[1],\"o\":{\"k\":1},\"t\":true}");
    assertThrows(MalformedImageException.class, () -> json.string("n"));
    assertThrows(MalformedImageException.class, () -> json.unsigned("s"));
    assertThrows(MalformedImageException.class, () -> json.strings("a"));
    assertThrows(MalformedImageException.class, () -> json.objects("a"));
    assertThrows(MalformedImageException.class, () -> json.stringMap("o"));
    assertThrows(MalformedImageException.class, () -> json.strings("o"));
    assertThrows(MalformedImageException.class, () -> json.object("a"));
    assertThrows(MalformedImageException.class, () -> json.flag("s"));
    assertTrue(json.flag("t"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-0", "1.0", "1e3", "9223372036854775808", "\"1\"", "true", "[]"})
  void refusesWhatIsNoUnsignedInteger(String number) throws IOException {
    JsonObject json = read("{\"size\":" + number + "}");
    assertThrows(MalformedImageException.class, () -> json.unsigned("size"));
  }

  @Test
  void readsUnsignedIntegersExactly() throws IOException {
    assertEquals(Long.MAX_VALUE, read("{\"size\":9223372036854775807}").unsigned("size"));
    assertEquals(0, read("{\"size\":0}").unsigned("size"));
  }

  @Test
  void saysWhereTheErrorIs() throws IOException {
    JsonObject json = read("{\"layers\":[{},{\"x\":{\"size\":-1}}]}");
    JsonObject inner = json.objects("layers").get(1).object("x");
    MalformedImageException e =
        assertThrows(MalformedImageException.class, () -> inner.unsigned("size"));
    assertEquals(
        "document layers[1].x.size: must be an integer that is not negative", e.getMessage());
  }

  @Test
  void keepsUnknownMembersByteForByte() throws IOException {
    String unknown = "{ \"\\u0061\" : [1.50e+03, \"\\/\", null ] }";
    JsonObject json = read("{ \"known\" : \"old\" , \"unknown\" :  " + unknown + "\n}");
    JsonObject changed = json.with("known", "new").with("added", 3).without("absent");
    assertEquals("{\"known\":\"new\",\"unknown\":" + unknown + ",\"added\":3}", changed.toString());
    assertEquals("{\"unknown\":" + unknown + "}", json.without("known").toString());
  }

  @Test
  void writesOurOwnDocumentsCanonically() {
    JsonObject json = JsonObject.empty()
        .with("text", "\"\\/\n\u007f\u00e9\ud83d\ude00")
        .with("number", Long.MAX_VALUE)
        .with("map", JsonObject.of(Map.of("k", "v")))
        .with("array", new Json.Array(List.of(Json.Literal.TRUE, Json.Literal.NULL)));
    assertEquals(
        "{\"text\":\"\\\"\\\\/\\u000a\u007f\u00e9\ud83d\ude00\",\"number\":9223372036854775807,"
            + "\"map\":{\"k\":\"v\"},\"array\":[true,null]}",
        json.toString());
  }

  @Test
  void readsBackWhatItWrites() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      JsonObject made = object(random, 4);
      JsonObject read = READER.readObject(made.toBytes(), "document");
      assertEquals(made, read, () -> "seed " + seed);
      assertEquals(made.toString(), read.toString(), () -> "seed " + seed);
      JsonObject touched = read.with("touched", 1).without("touched");
      assertEquals(made.toString(), touched.toString(), () -> "seed " + seed);
    }
  }

  private static JsonObject object(Random random, int depth) {
    JsonObject object = JsonObject.empty();
    for (int i = random.nextInt(6); i > 0; i--) {
      object = object.with(text(random), value(random, depth - 1));
    }
    return object;
  }

  private static Json value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 5 : 3)) {
      case 0 -> new Json.Text(text(random));
      case 1 -> new Json.Numeral(Long.toString(random.nextLong()));
      case 2 -> Json.Literal.values()[random.nextInt(3)];
      case 3 -> object(random, depth);
      default -> new Json.Array(List.of(value(random, depth - 1), value(random, depth - 1)));
    };
  }

  /** Sometimes longer than the parser's buffer. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 9_000 : 12); i > 0; i--) {
      int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
      text.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 'x' : c);
    }
    return text.toString();
  }
}
