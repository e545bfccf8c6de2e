package dev.layerfs.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON (RFC 8259) as plain values, the counterpart of {@link Json}: maps, lists, strings, booleans, null, {@link
 * java.math.BigInteger} and {@link java.math.BigDecimal}. Escaped lone surrogates stay what they are. Depth and the length
 * of numbers and strings are bounded by Jackson's own limits. Safe for use by several threads.
 */
final class JsonReader {
  private final JsonFactory factory;

  private JsonReader(StreamReadConstraints constraints) {
    factory = JsonFactory.builder().streamReadConstraints(constraints).build();
  }

  /** Returns a reader of documents of any number of values. */
  static JsonReader unbounded() {
    return new JsonReader(StreamReadConstraints.defaults());
  }

  /**
   * Returns a reader that refuses documents of many values.
   *
   * @param maxTokens the most values, brackets and braces of one document
   */
  static JsonReader bounded(long maxTokens) {
    return new JsonReader(
        StreamReadConstraints.builder().maxTokenCount(maxTokens).build());
  }

  /**
   * Reads a document.
   *
   * @param document its bytes, in UTF-8
   * @return its value
   * @throws JacksonException if it is not exactly one value
   */
  @Nullable
  Object read(byte[] document) {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), document)) {
      if (parser.nextToken() == null) {
        throw new StreamReadException(parser, "no value");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "more than one value");
      }
      return value;
    }
  }

  /** Returns the value that begins at the parser's token. */
  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_NULL -> null;
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      default -> parser.getString();
    };
  }
}
