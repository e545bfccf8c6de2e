package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A note beside a container that a kernel may show it. It is made before the mount and deleted after; the mount table says
 * whether it is true. A mount does not survive the machine, so the note is not made durable.
 *
 * @param source what the mount table calls the mount
 * @param target where it was mounted; {@link #BY_SOMEBODY_ELSE} for a plan
 * @param volumes where volumes were mounted in it, in this order
 */
record MountRecord(String source, String target, List<Path> volumes) {
  /** The target of a plan, which somebody else may mount anywhere, at any time. */
  static final String BY_SOMEBODY_ELSE = "";

  private static final String PREFIX = "layerfs-";

  /** Tells whether somebody else may mount it at any time. */
  boolean isPlan() {
    return target.equals(BY_SOMEBODY_ELSE);
  }

  /** What the mount of a container is called: its id is unique, wherever the store is seen from. */
  static String sourceOf(Id container) {
    return PREFIX + container;
  }

  /** Returns the container whose mount is called so, if the mount is one of ours. */
  static Optional<Id> containerOf(String source) {
    return source.startsWith(PREFIX)
        ? Id.parse(source.substring(PREFIX.length()))
        : Optional.empty();
  }

  JsonObject toJson() {
    List<Json> places = volumes.stream()
        .<Json>map(place -> new Json.Text(place.toUri().toString()))
        .toList();
    return JsonObject.empty()
        .with("source", source)
        .with("target", target)
        .with(
            "volumes",
            new Json.Array(places)); // as URIs, which keep the bytes of names that are no text
  }

  static MountRecord read(Path file) throws IOException {
    return RecordFile.read(
        file,
        fields -> new MountRecord(
            fields.string("source"),
            fields.string("target"),
            fields.strings("volumes").stream()
                .map(place -> Path.of(URI.create(place)))
                .toList()));
  }
}
