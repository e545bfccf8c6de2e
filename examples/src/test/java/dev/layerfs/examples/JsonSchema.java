package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/cli.md says of JSON documents, and whether it is so. */
final class JsonSchema {
  private static final Pattern ROW = Pattern.compile("\\| `([^|`]*)` \\| ([^|]*) \\|");
  private static final Pattern COMMAND =
      Pattern.compile("\\| `((?:[^`]|\\\\\\|)*)`.* \\| ([^|]*) \\|");
  private static final Pattern FIELD =
      Pattern.compile("(\\*?)`(\\w+)`\\*? ([a-z ]+(?:\\[\\])*)");

  private final Map<String, Map<String, Field>> objects = new LinkedHashMap<>();
  private final Map<String, String> commands = new LinkedHashMap<>();

  private record Field(boolean optional, String type) {}

  private JsonSchema() {}

  /** Reads the page. */
  static JsonSchema read(Path page) throws IOException {
    JsonSchema schema = new JsonSchema();
    boolean inObjects = false;
    for (String line : Files.readAllLines(page)) {
      inObjects |= line.startsWith("## JSON");
      Matcher row = (inObjects ? ROW : COMMAND).matcher(line);
      if (!row.matches()) {
        continue;
      }
      if (inObjects) {
        schema.objects.put(row.group(1), schema.fields(row.group(2)));
      } else {
        schema.commands.put(row.group(1), row.group(2));
      }
    }
    return schema;
  }

  private Map<String, Field> fields(String text) {
    Map<String, Field> fields = new LinkedHashMap<>();
    if (text.startsWith("as `")) {
      fields.putAll(objects.get(text.substring(4, text.indexOf('`', 4))));
    }
    Matcher field = FIELD.matcher(text.replaceFirst("^as `[^`]*`", ""));
    while (field.find()) {
      fields.put(field.group(2), new Field(!field.group(1).isEmpty(), field.group(3).strip()));
    }
    return fields;
  }

  /** Returns the commands, each by its words before its arguments. */
  List<String> commands() {
    List<String> names = new ArrayList<>();
    for (String synopsis : commands.keySet()) {
      String[] words = synopsis.split("[ |]");
      names.add(words[0].equals("volume") ? words[0] + " " + words[1] : words[0]);
    }
    return names;
  }

  /** Checks that a command's document is what the page says: its type begins the last column. */
  void check(String command, Object document) {
    String type = commands.entrySet().stream()
        .filter(entry -> (entry.getKey() + " ").startsWith(command + " "))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError(command + " is not in the page"));
    boolean array = type.startsWith("array of ");
    String name = type.replaceFirst("^array of ", "").replaceFirst("^`([^`]*)`.*", "$1");
    check(array ? name + "[]" : name, document, command);
  }

  /** Checks that a value is of a type. */
  void check(String type, Object value, String where) {
    if (type.endsWith("[]")) {
      List<?> list = is(List.class, value, where);
      for (int i = 0; i < list.size(); i++) {
        check(type.substring(0, type.length() - 2), list.get(i), where + "[" + i + "]");
      }
      return;
    }
    switch (type) {
      case "string" -> is(String.class, value, where);
      case "number" -> is(Number.class, value, where);
      case "boolean" -> is(Boolean.class, value, where);
      case "map" -> {
        Map<?, ?> map = is(Map.class, value, where);
        map.forEach((key, v) -> is(String.class, v, where + "." + key));
      }
      case "any" -> assertNotNull(value, where);
      default -> checkObject(type, is(Map.class, value, where), where);
    }
  }

  private void checkObject(String type, Map<?, ?> object, String where) {
    Map<String, Field> fields = objects.get(type);
    assertNotNull(fields, () -> "the page has no '" + type + "' of " + where);
    for (Map.Entry<?, ?> member : object.entrySet()) {
      Field field = fields.get(member.getKey());
      assertNotNull(field, () -> "the page has no " + where + "." + member.getKey());
      check(field.type(), member.getValue(), where + "." + member.getKey());
    }
    fields.forEach((name, field) ->
        assertTrue(field.optional() || object.containsKey(name), () -> where + " has no " + name));
  }

  private static <T> T is(Class<T> type, Object value, String where) {
    assertTrue(type.isInstance(value), () -> where + " is no " + type.getSimpleName() + ": " + value);
    return type.cast(value);
  }

  /** Checks that every type that is named is explained. */
  void checkItself() {
    assertEquals(true, objects.size() > 30, objects.keySet().toString());
    objects.forEach((name, fields) -> fields.forEach((field, what) -> {
      String type = what.type().replace("[]", "");
      assertTrue(
          List.of("string", "number", "boolean", "map", "any").contains(type)
              || objects.containsKey(type),
          () -> name + "." + field + " is " + type);
    }));
  }
}
