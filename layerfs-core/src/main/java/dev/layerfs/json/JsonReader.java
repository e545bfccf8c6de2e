package dev.layerfs.json;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads untrusted JSON documents. Refuses what parsers read differently from each other (RFC 7493, OCI considerations.md
 * "JSON"): any encoding but UTF-8, a byte order mark, duplicate names, lone surrogates, trailing data. Immutable, safe for
 * use by several threads.
 */
public final class JsonReader {
  /** No double needs more characters; longer ones only cost time (RFC 7493, section 2.2). */
  private static final int MAX_NUMBER_LENGTH = 100;

  /** The parser is recursive: what the stack of a small thread holds, whatever the limit says. */
  private static final int MAX_DEPTH = 1_000;

  /** A value in memory is larger than its text, so each counts for at least this many bytes. */
  private static final int BYTES_PER_TOKEN = 8;

  private static final int MIN_TOKENS = 10_000;

  private final int maxBytes;
  private final int maxDepth;
  private final int maxTokens;
  private final JsonFactory factory;

  /**
   * Makes a reader with limits.
   *
   * @param maxBytes bytes of a document, reported as {@code maxDocumentBytes}
   * @param maxDepth nesting of objects and arrays, reported as {@code maxDocumentDepth}
   */
  public JsonReader(int maxBytes, int maxDepth) {
    this.maxBytes = maxBytes;
    this.maxDepth = Math.min(maxDepth, MAX_DEPTH);
    this.maxTokens = Math.max(MIN_TOKENS, maxBytes / BYTES_PER_TOKEN);
    this.factory = JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH + 1)
            .maxDocumentLength(-1)
            .maxNumberLength(maxBytes)
            .maxNameLength(maxBytes)
            .maxStringLength(maxBytes)
            .build())
        // The shared name table would keep strangers' names for as long as the factory lives.
        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
        .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
        .build();
  }

  /**
   * Reads a document whose root is an object.
   *
   * @param document the document's bytes
   * @param subject what it is, for messages, for example {@code "manifest sha256:…"}
   * @return the object
   * @throws MalformedImageException if it is not strict JSON, or its root is no object
   * @throws LimitExceededException if it exceeds a limit
   */
  public JsonObject readObject(byte[] document, String subject) throws IOException {
    if (read(document, subject) instanceof JsonObject object) {
      return object;
    }
    throw new MalformedImageException(subject, "must be a JSON object");
  }

  /**
   * Reads a document.
   *
   * @param document the document's bytes
   * @param subject what it is, for messages
   * @return its root
   * @throws MalformedImageException if it is not strict JSON
   * @throws LimitExceededException if it exceeds a limit
   */
  public Json read(byte[] document, String subject) throws IOException {
    if (document.length > maxBytes) {
      throw new LimitExceededException(subject, "maxDocumentBytes", maxBytes);
    }
    String text = decode(document, subject);
    if (text.startsWith("\uFEFF")) {
      throw new MalformedImageException(
          subject, "begins with a byte order mark (RFC 8259, section 8.1)");
    }
    requireHexadecimalEscapes(text, subject);
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      return new Parse(text, subject, parser).document();
    } catch (JacksonException e) {
      throw new MalformedImageException(
          subject, "not JSON (RFC 8259): " + Printable.of(e.getOriginalMessage()));
    }
  }

  /** Jackson looks at the low byte of a digit alone, so that U+0363 is a {@code c} to it. */
  private static void requireHexadecimalEscapes(String text, String subject)
      throws MalformedImageException {
    for (int at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
      boolean unicode = text.startsWith("u", at + 1);
      for (int i = at + 2; unicode && i < Math.min(at + 6, text.length()); i++) {
        if (text.charAt(i) > 'f') {
          throw new MalformedImageException(
              subject, "not JSON (RFC 8259): an escape that is not hexadecimal");
        }
      }
    }
  }

  private static String decode(byte[] document, String subject) throws MalformedImageException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(document))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedImageException(subject, "not UTF-8 (RFC 8259, section 8.1)");
    }
  }

  /** One document's parse. */
  private final class Parse {
    private final String text;
    private final String subject;
    private final JsonParser parser;
    private int tokens;

    Parse(String text, String subject, JsonParser parser) {
      this.text = text;
      this.subject = subject;
      this.parser = parser;
    }

    Json document() throws IOException {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw malformed("empty document");
      }
      Json root = value(first, Place.document(subject), 0);
      if (parser.nextToken() != null) {
        throw malformed("data after the end of the document");
      }
      return root;
    }

    private Json value(JsonToken token, Place place, int depth) throws IOException {
      count();
      return switch (token) {
        case START_OBJECT -> object(place, deeper(depth));
        case START_ARRAY -> array(place, deeper(depth));
        case VALUE_STRING -> new Json.Text(wellFormed(parser.getString()));
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numeral();
        case VALUE_TRUE -> Json.Literal.TRUE;
        case VALUE_FALSE -> Json.Literal.FALSE;
        case VALUE_NULL -> Json.Literal.NULL;
        default -> throw malformed("not JSON (RFC 8259)");
      };
    }

    private JsonObject object(Place place, int depth) throws IOException {
      Map<String, JsonObject.Member> members = new LinkedHashMap<>();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_OBJECT;
          token = parser.nextToken()) {
        String name = wellFormed(parser.currentName());
        JsonToken first = parser.nextToken();
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        Json value = value(first, place.member(name), depth);
        int end = Math.toIntExact(parser.currentLocation().getCharOffset());
        if (members.put(name, new JsonObject.Member(value, start, end)) != null) {
          throw malformed("duplicate name \"" + Printable.of(name) + "\" (RFC 7493, section 2.3)");
        }
      }
      return new JsonObject(text, members, place);
    }

    private Json.Array array(Place place, int depth) throws IOException {
      List<Json> elements = new ArrayList<>();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        elements.add(value(token, place.element(elements.size()), depth));
      }
      return new Json.Array(elements);
    }

    private Json.Numeral numeral() throws IOException {
      String literal = parser.getString();
      if (literal.length() > MAX_NUMBER_LENGTH) {
        throw malformed("a number of " + literal.length() + " characters");
      }
      return new Json.Numeral(literal);
    }

    private int deeper(int depth) throws LimitExceededException {
      if (depth >= maxDepth) {
        throw new LimitExceededException(subject, "maxDocumentDepth", maxDepth);
      }
      return depth + 1;
    }

    private void count() throws LimitExceededException {
      if (++tokens > maxTokens) {
        throw new LimitExceededException(subject, "maxDocumentBytes", maxBytes);
      }
    }

    private String wellFormed(String value) throws MalformedImageException {
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (Character.isHighSurrogate(c)
            && i + 1 < value.length()
            && Character.isLowSurrogate(value.charAt(i + 1))) {
          i++;
        } else if (Character.isSurrogate(c)) {
          throw malformed("a lone surrogate in a string (RFC 7493, section 2.1)");
        }
      }
      return value;
    }

    private MalformedImageException malformed(String rule) {
      return new MalformedImageException(subject, rule);
    }
  }
}
