package dev.layerfs.json;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A JSON value. Immutable. */
public sealed interface Json permits JsonObject, Json.Text, Json.Numeral, Json.Array, Json.Literal {
  /**
   * Appends the value's JSON text without white space.
   *
   * @param out where to
   */
  void writeTo(StringBuilder out);

  /**
   * Returns the value's JSON text in UTF-8, without white space and without a final newline: RFC 7493's form for documents
   * we make. What was read and not changed is as it was read.
   *
   * @return a new array
   */
  default byte[] toBytes() {
    StringBuilder out = new StringBuilder(512); // most documents are records
    writeTo(out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A string.
   *
   * @param value the characters, without lone surrogates
   */
  record Text(String value) implements Json {
    private static final String HEX = "0123456789abcdef";

    @Override
    public void writeTo(StringBuilder out) {
      out.append('"');
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '"' || c == '\\') {
          out.append('\\').append(c);
        } else if (c < 0x20) {
          out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        } else {
          out.append(c);
        }
      }
      out.append('"');
    }
  }

  /**
   * A number, as written.
   *
   * @param literal a JSON number
   */
  record Numeral(String literal) implements Json {
    @Override
    public void writeTo(StringBuilder out) {
      out.append(literal);
    }
  }

  /**
   * An array.
   *
   * @param elements the elements in order
   */
  record Array(List<Json> elements) implements Json {
    /** Copies the list. */
    public Array {
      elements = List.copyOf(elements);
    }

    @Override
    public void writeTo(StringBuilder out) {
      out.append('[');
      String separator = "";
      for (Json element : elements) {
        out.append(separator);
        element.writeTo(out);
        separator = ",";
      }
      out.append(']');
    }
  }

  /** The three values that are words. */
  enum Literal implements Json {
    /** {@code true}. */
    TRUE("true"),
    /** {@code false}. */
    FALSE("false"),
    /** {@code null}. */
    NULL("null");

    private final String word;

    Literal(String word) {
      this.word = word;
    }

    @Override
    public void writeTo(StringBuilder out) {
      out.append(word);
    }
  }
}
