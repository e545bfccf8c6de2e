package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

final class JsonTest {
  @Test
  void writesEveryKindOfValue() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("a", 1);
    object.put("b", List.of(true, "x", new BigDecimal("0.10")));
    object.put("c", null);
    object.put("d", Map.of());
    object.put("e", List.of().iterator());
    assertEquals(
        "{\"a\":1,\"b\":[true,\"x\",0.10],\"c\":null,\"d\":{},\"e\":[]}", Json.toString(object));
  }

  @Test
  void escapesWhatATerminalWouldObeyAndWhatIsNotUnicode() {
    assertEquals("\"\\\"\\\\\\u000a\\u001b[31m\"", Json.toString("\"\\\n\u001b[31m"));
    assertEquals("\"\\u0085\\u202e\\u2028\"", Json.toString("\u0085\u202e\u2028"));
    assertEquals("\"\\udcff\\udc80x\"", Json.toString("\udcff\udc80x"));
    assertEquals("\"\\ud83d\"", Json.toString("\ud83d"));
    assertEquals("\"ä€😀\"", Json.toString("ä€😀"));
  }

  @Test
  void writesOneElementOnEachLineOfAList() {
    StringBuilder out = new StringBuilder();
    Iterator<?> elements = List.of(List.of(1, 2), "b").iterator();
    Json.writeLines(out, elements);
    assertEquals("[\n[1,2],\n\"b\"\n]\n", out.toString());
  }

  @Test
  void writesAnEmptyList() {
    StringBuilder out = new StringBuilder();
    Json.writeLines(out, List.of().iterator());
    assertEquals(List.of(), read(out.toString()));
  }

  @Test
  void indentsMembers() {
    StringBuilder out = new StringBuilder();
    Json.writePretty(out, Map.of("a", List.of(1, List.of())));
    assertEquals("{\n  \"a\": [\n    1,\n    []\n  ]\n}\n", out.toString());
  }

  @Test
  void readsBackWhatItWrites() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("big", new BigInteger("123456789012345678901234567890"));
    object.put("text", "\udc80 \\ \" \u0000 ä");
    object.put("none", null);
    object.put("list", Arrays.asList(true, null));
    assertEquals(object, read(Json.toString(object)));
  }

  @Test
  void readsExactlyOneValue() {
    for (String text : new String[] {"", " ", "[", "[1", "{\"a\"}", "[] 1", "[]]", "nul", "'a'"}) {
      assertThrows(JacksonException.class, () -> read(text), text);
    }
    byte[] notUtf8 = {'"', (byte) 0xff, '"'};
    assertThrows(JacksonException.class, () -> JsonReader.unbounded().read(notUtf8));
  }

  @Test
  void boundsWhatItReads() {
    JsonReader reader = JsonReader.bounded(4);
    assertEquals(List.of("a", "b"), reader.read("[\"a\",\"b\"]".getBytes(StandardCharsets.UTF_8)));
    byte[] longer = "[1,2,3,4]".getBytes(StandardCharsets.UTF_8);
    assertThrows(JacksonException.class, () -> reader.read(longer));
    assertThrows(JacksonException.class, () -> read("[".repeat(10_000)));
    assertThrows(JacksonException.class, () -> read("9".repeat(10_000)));
  }

  private static @Nullable Object read(String text) {
    return JsonReader.unbounded().read(text.getBytes(StandardCharsets.UTF_8));
  }
}
