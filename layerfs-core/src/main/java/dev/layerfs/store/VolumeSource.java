package dev.layerfs.store;

import dev.layerfs.json.JsonObject;
import dev.layerfs.spi.Redaction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** What is mounted at a path of a container. Texts that show one never have a password in them. */
public sealed interface VolumeSource {
  /**
   * A volume of the store.
   *
   * @param name its name
   */
  record Named(VolumeName name) implements VolumeSource {}

  /**
   * A directory or file of the host.
   *
   * @param path an absolute path of the default file system
   */
  record HostPath(Path path) implements VolumeSource {}

  /**
   * A file system in memory, empty each time that the container is opened.
   *
   * @param maxBytes how much its files may take
   * @param maxInodes how many objects it may have
   * @param mode permission and sticky bits of its root
   */
  record Memory(long maxBytes, long maxInodes, int mode) implements VolumeSource {}

  /**
   * A directory or file of any {@code java.nio.file} provider.
   *
   * @param uri its place; a password in it is taken out
   */
  record Location(URI uri) implements VolumeSource {
    /** Takes a password out. */
    public Location {
      uri = Redaction.withoutPassword(uri);
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return Redaction.uri(uri);
    }
  }

  /** Returns what messages call it. */
  default String label() {
    if (this instanceof Named named) {
      return "volume " + named.name();
    }
    if (this instanceof HostPath host) {
      return host.path().toString();
    }
    return this instanceof Memory ? "memory" : toString();
  }

  /** Adds what says which this is to a record. */
  default JsonObject addTo(JsonObject json) {
    if (this instanceof Named named) {
      return json.with("type", "volume").with("name", named.name().text());
    }
    if (this instanceof HostPath host) { // a URI keeps the bytes of names that are no text
      return json.with("type", "bind").with("uri", host.path().toUri().toString());
    }
    if (this instanceof Memory memory) {
      return json.with("type", "tmpfs")
          .with("maxBytes", memory.maxBytes())
          .with("maxInodes", memory.maxInodes())
          .with("mode", memory.mode());
    }
    return json.with("type", "location").with("uri", ((Location) this).uri().toString());
  }

  /** Reads what {@link #addTo} has written. */
  static VolumeSource parse(JsonObject fields) throws IOException {
    return switch (fields.string("type")) {
      case "volume" ->
        new Named(VolumeName.parse(fields.string("name"))
            .orElseThrow(() -> fields.malformed("name", "is no name of a volume")));
      case "bind" -> new HostPath(Path.of(URI.create(fields.string("uri"))));
      case "tmpfs" ->
        new Memory(fields.unsigned("maxBytes"), fields.unsigned("maxInodes"), (int)
            (fields.unsigned("mode") & 07777));
      case "location" -> new Location(URI.create(fields.string("uri")));
      default -> throw fields.malformed("type", "is unknown");
    };
  }
}
