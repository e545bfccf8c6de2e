package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.posix.SpaceLimits;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The field {@code limits} of a container's record; a record without it has none. */
final class LimitsJson {
  private static final String LIMITS = "limits";
  private static final String BYTES = "bytes";
  private static final String INODES = "inodes";

  private LimitsJson() {}

  static void addTo(Map<String, Json> fields, SpaceLimits limits) {
    if (!limits.any()) {
      return;
    }
    JsonObject json = JsonObject.empty();
    if (limits.bytes().isPresent()) {
      json = json.with(BYTES, limits.bytes().getAsLong());
    }
    if (limits.inodes().isPresent()) {
      json = json.with(INODES, limits.inodes().getAsLong());
    }
    fields.put(LIMITS, json);
  }

  static SpaceLimits parse(JsonObject record) throws IOException {
    Optional<JsonObject> limits = record.optionalObject(LIMITS);
    return limits.isEmpty()
        ? SpaceLimits.NONE
        : new SpaceLimits(limit(limits.get(), BYTES), limit(limits.get(), INODES));
  }

  private static OptionalLong limit(JsonObject limits, String name) throws IOException {
    return limits.has(name) ? OptionalLong.of(limits.unsigned(name)) : OptionalLong.empty();
  }
}
