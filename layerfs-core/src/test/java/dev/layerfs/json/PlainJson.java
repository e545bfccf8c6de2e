package dev.layerfs.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists and strings, of our parser and of another one, to be compared. */
final class PlainJson {
  private PlainJson() {}

  /** A number, which is not equal to the string of its digits. */
  private record Number(String literal) {}

  static Object of(Json json) {
    if (json instanceof JsonObject object) {
      Map<String, Object> members = new LinkedHashMap<>();
      object.values().forEach((name, value) -> members.put(name, of(value)));
      return members;
    }
    if (json instanceof Json.Array array) {
      return array.elements().stream().map(PlainJson::of).toList();
    }
    if (json instanceof Json.Text text) {
      return text.value();
    }
    return json instanceof Json.Numeral number ? new Number(number.literal()) : json;
  }

  /** Reads with Gson, which lets names occur twice: the last counts. */
  static Object ofGson(String text) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    Object root = next(reader);
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw new IOException("trailing data");
    }
    return root;
  }

  private static Object next(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> array(reader);
      case STRING -> reader.nextString();
      case NUMBER -> new Number(reader.nextString());
      case BOOLEAN -> reader.nextBoolean() ? Json.Literal.TRUE : Json.Literal.FALSE;
      case NULL -> {
        reader.nextNull();
        yield Json.Literal.NULL;
      }
      default -> throw new IOException("no value");
    };
  }

  private static Map<String, Object> object(JsonReader reader) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      members.put(reader.nextName(), next(reader));
    }
    reader.endObject();
    return members;
  }

  private static List<Object> array(JsonReader reader) throws IOException {
    List<Object> elements = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      elements.add(next(reader));
    }
    reader.endArray();
    return elements;
  }
}
