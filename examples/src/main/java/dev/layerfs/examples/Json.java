package dev.layerfs.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) from plain values: {@link Map}, {@link Iterable}, {@link Iterator}, {@link Number}, {@link
 * Boolean} and null; anything else as a string. Iterators are drained while writing, so a long list is never in memory.
 *
 * <p>Control characters, characters that reorder text, and lone surrogates (which stand for the bytes of names that are
 * not UTF-8) are written as escapes, so that the document is valid in every encoding and harmless on a terminal.
 */
final class Json {
  private static final String STEP = "  ";

  private final Appendable out;
  private final boolean pretty;
  private String indent = "\n";

  private Json(Appendable out, boolean pretty) {
    this.out = out;
    this.pretty = pretty;
  }

  /**
   * Writes a value on one line, without a line end.
   *
   * @param out where it goes
   * @param value the value
   */
  static void write(Appendable out, @Nullable Object value) {
    unchecked(() -> new Json(out, false).value(value));
  }

  /**
   * Writes a value with a line for every member, and a line end.
   *
   * @param out where it goes
   * @param value the value
   */
  static void writePretty(Appendable out, @Nullable Object value) {
    unchecked(() -> {
      new Json(out, true).value(value);
      out.append('\n');
    });
  }

  /**
   * Writes an array with a line for every element, and a line end.
   *
   * @param out where it goes
   * @param elements the elements, drained
   */
  static void writeLines(Appendable out, Iterator<?> elements) {
    unchecked(() -> {
      out.append('[');
      for (String separator = "\n"; elements.hasNext(); separator = ",\n") {
        out.append(separator);
        new Json(out, false).value(elements.next());
      }
      out.append("\n]\n");
    });
  }

  /**
   * Returns a value as one line of JSON.
   *
   * @param value the value
   * @return the document
   */
  static String toString(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void unchecked(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void value(@Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      object(map);
    } else if (value instanceof Iterable<?> elements) {
      array(elements.iterator());
    } else if (value instanceof Iterator<?> elements) {
      array(elements);
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(String.valueOf(value));
    } else {
      string(value.toString());
    }
  }

  private void object(Map<?, ?> map) throws IOException {
    out.append('{');
    String outer = deeper();
    String separator = "";
    for (Map.Entry<?, ?> member : map.entrySet()) {
      out.append(separator);
      newLine();
      string(String.valueOf(member.getKey()));
      out.append(pretty ? ": " : ":");
      value(member.getValue());
      separator = ",";
    }
    shallower(outer, !map.isEmpty());
    out.append('}');
  }

  private void array(Iterator<?> elements) throws IOException {
    out.append('[');
    String outer = deeper();
    boolean any = elements.hasNext();
    for (String separator = ""; elements.hasNext(); separator = ",") {
      out.append(separator);
      newLine();
      value(elements.next());
    }
    shallower(outer, any);
    out.append(']');
  }

  private String deeper() {
    String outer = indent;
    indent = outer + STEP;
    return outer;
  }

  private void shallower(String outer, boolean any) throws IOException {
    indent = outer;
    if (any) {
      newLine();
    }
  }

  private void newLine() throws IOException {
    if (pretty) {
      out.append(indent);
    }
  }

  private void string(String text) throws IOException {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (Human.isPlain(text, i)) {
        out.append(c);
      } else {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit(c >> shift & 0xF, 16));
        }
      }
    }
    out.append('"');
  }
}
