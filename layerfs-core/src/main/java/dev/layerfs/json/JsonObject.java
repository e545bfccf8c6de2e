package dev.layerfs.json;

import dev.layerfs.error.MalformedImageException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object. Immutable. A member that was read and not replaced is written byte for byte as it was read.
 *
 * <p>The accessors treat a member whose value is {@code null} as absent, and say in a {@link MalformedImageException} where
 * in the document a value is missing or of the wrong kind.
 */
public final class JsonObject implements Json {
  /**
   * A member's value and where its text is in the document it was read from.
   *
   * @param value the value
   * @param start first character of its text; negative for values that were not read
   * @param end one past the last character of its text
   */
  record Member(Json value, int start, int end) {}

  private static final JsonObject EMPTY = new JsonObject("", Map.of(), Place.document("document"));

  private final String document;
  private final Map<String, Member> members;
  private final Place place;

  JsonObject(String document, Map<String, Member> members, Place place) {
    this.document = document;
    this.members = members;
    this.place = place;
  }

  /**
   * Returns the object without members, to begin a new one with.
   *
   * @return an empty object
   */
  public static JsonObject empty() {
    return EMPTY;
  }

  /**
   * Returns an object of strings.
   *
   * @param strings the members, in the order they shall be written
   * @return a new object
   */
  public static JsonObject of(Map<String, String> strings) {
    Map<String, Member> members = new LinkedHashMap<>();
    strings.forEach((name, value) -> members.put(name, new Member(new Text(value), -1, -1)));
    return new JsonObject("", members, EMPTY.place);
  }

  /**
   * Returns an object of members of any kind. To one of many this is the cheaper way: each {@link #with} copies all members.
   *
   * @param values the members, in the order they shall be written
   * @return a new object
   */
  public static JsonObject ofMembers(Map<String, Json> values) {
    Map<String, Member> members = new LinkedHashMap<>();
    values.forEach((name, value) -> members.put(name, new Member(value, -1, -1)));
    return new JsonObject("", members, EMPTY.place);
  }

  /**
   * Returns the names of all members, in the document's order.
   *
   * @return an unmodifiable view
   */
  public Set<String> names() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /**
   * Says whether the member is there and not {@code null}.
   *
   * @param name the member's name
   * @return whether it has a value
   */
  public boolean has(String name) {
    return member(name) != null;
  }

  /**
   * Returns a string that must be there.
   *
   * @param name the member's name
   * @return the string
   * @throws MalformedImageException if it is absent or no string
   */
  public String string(String name) throws MalformedImageException {
    return optionalString(name).orElseThrow(() -> missing(name));
  }

  /**
   * Returns a string that may be absent.
   *
   * @param name the member's name
   * @return the string
   * @throws MalformedImageException if it is no string
   */
  public Optional<String> optionalString(String name) throws MalformedImageException {
    Json value = member(name);
    return value == null ? Optional.empty() : Optional.of(text(name, value));
  }

  /**
   * Returns an integer that must be there.
   *
   * @param name the member's name
   * @return 0 to 2<sup>63</sup>-1
   * @throws MalformedImageException if it is absent, or anything but such an integer written without fraction or exponent
   */
  public long unsigned(String name) throws MalformedImageException {
    Json value = member(name);
    if (value == null) {
      throw missing(name);
    }
    if (value instanceof Numeral number && isDigits(number.literal())) {
      try {
        return Long.parseLong(number.literal());
      } catch (NumberFormatException e) {
        throw malformed(name, "larger than 2^63-1");
      }
    }
    throw malformed(name, "must be an integer that is not negative");
  }

  /**
   * Returns a boolean.
   *
   * @param name the member's name
   * @return the value; false if absent
   * @throws MalformedImageException if it is no boolean
   */
  public boolean flag(String name) throws MalformedImageException {
    Json value = member(name);
    if (value == null || value == Literal.FALSE) {
      return false;
    }
    if (value != Literal.TRUE) {
      throw malformed(name, "must be true or false");
    }
    return true;
  }

  /**
   * Returns an object that must be there.
   *
   * @param name the member's name
   * @return the object
   * @throws MalformedImageException if it is absent or no object
   */
  public JsonObject object(String name) throws MalformedImageException {
    return optionalObject(name).orElseThrow(() -> missing(name));
  }

  /**
   * Returns an object that may be absent.
   *
   * @param name the member's name
   * @return the object
   * @throws MalformedImageException if it is no object
   */
  public Optional<JsonObject> optionalObject(String name) throws MalformedImageException {
    Json value = member(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonObject object) {
      return Optional.of(object);
    }
    throw malformed(name, "must be an object");
  }

  /**
   * Returns an array of objects.
   *
   * @param name the member's name
   * @return the objects; empty if absent
   * @throws MalformedImageException if it is not an array of objects
   */
  public List<JsonObject> objects(String name) throws MalformedImageException {
    List<JsonObject> objects = new ArrayList<>();
    for (Json element : elements(name)) {
      if (!(element instanceof JsonObject object)) {
        throw malformed(name, "must be an array of objects");
      }
      objects.add(object);
    }
    return List.copyOf(objects);
  }

  /**
   * Returns an array of strings.
   *
   * @param name the member's name
   * @return the strings; empty if absent
   * @throws MalformedImageException if it is not an array of strings
   */
  public List<String> strings(String name) throws MalformedImageException {
    List<String> strings = new ArrayList<>();
    for (Json element : elements(name)) {
      strings.add(text(name, element));
    }
    return List.copyOf(strings);
  }

  /**
   * Returns an object whose values are all strings.
   *
   * @param name the member's name
   * @return the strings by name, unmodifiable, in the document's order; empty if absent
   * @throws MalformedImageException if it is not an object of strings
   */
  public Map<String, String> stringMap(String name) throws MalformedImageException {
    Map<String, String> strings = new LinkedHashMap<>();
    JsonObject object = optionalObject(name).orElse(EMPTY);
    for (Map.Entry<String, Member> member : object.members.entrySet()) {
      strings.put(
          member.getKey(), object.text(member.getKey(), member.getValue().value()));
    }
    return Collections.unmodifiableMap(strings);
  }

  /**
   * Returns this object with a member replaced where it stands, or added at the end.
   *
   * @param name the member's name
   * @param value its new value
   * @return a new object
   */
  public JsonObject with(String name, Json value) {
    Map<String, Member> changed = new LinkedHashMap<>(members);
    changed.put(name, new Member(value, -1, -1));
    return new JsonObject(document, changed, place);
  }

  /**
   * Returns this object with a string member.
   *
   * @param name the member's name
   * @param value its new value
   * @return a new object
   */
  public JsonObject with(String name, String value) {
    return with(name, new Text(value));
  }

  /**
   * Returns this object with an integer member.
   *
   * @param name the member's name
   * @param value its new value
   * @return a new object
   */
  public JsonObject with(String name, long value) {
    return with(name, new Numeral(Long.toString(value)));
  }

  /**
   * Returns this object without a member.
   *
   * @param name the member's name
   * @return a new object, or this one if it has no such member
   */
  public JsonObject without(String name) {
    if (!members.containsKey(name)) {
      return this;
    }
    Map<String, Member> changed = new LinkedHashMap<>(members);
    changed.remove(name);
    return new JsonObject(document, changed, place);
  }

  /**
   * Returns the exception for a member that breaks a rule.
   *
   * @param name the member's name
   * @param rule the rule; trusted text
   * @return the exception, naming the member's place in the document
   */
  public MalformedImageException malformed(String name, String rule) {
    return new MalformedImageException(place.member(name).toString(), rule);
  }

  /**
   * Returns where the object is, for messages.
   *
   * @return the document and the path in it; untrusted
   */
  public String place() {
    return place.toString();
  }

  @Override
  public void writeTo(StringBuilder out) {
    out.append('{');
    String separator = "";
    for (Map.Entry<String, Member> entry : members.entrySet()) {
      out.append(separator);
      new Text(entry.getKey()).writeTo(out);
      out.append(':');
      Member member = entry.getValue();
      if (member.start() < 0) {
        member.value().writeTo(out);
      } else {
        out.append(document, member.start(), member.end());
      }
      separator = ",";
    }
    out.append('}');
  }

  /** Two objects are equal if they have the same members with equal values, in any order. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonObject that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** The object's JSON text. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    writeTo(out);
    return out.toString();
  }

  /** The members' values by name, in the document's order. */
  Map<String, Json> values() {
    Map<String, Json> values = new LinkedHashMap<>();
    members.forEach((name, member) -> values.put(name, member.value()));
    return values;
  }

  private @Nullable Json member(String name) {
    Member member = members.get(name);
    return member == null || member.value() == Literal.NULL ? null : member.value();
  }

  private List<Json> elements(String name) throws MalformedImageException {
    Json value = member(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof Array array) {
      return array.elements();
    }
    throw malformed(name, "must be an array");
  }

  private String text(String name, Json value) throws MalformedImageException {
    if (value instanceof Text text) {
      return text.value();
    }
    throw malformed(name, "must be a string");
  }

  private MalformedImageException missing(String name) {
    return malformed(name, "is required");
  }

  private static boolean isDigits(String literal) {
    return literal.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
