package dev.layerfs.store;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;

/**
 * {@code volume.json}: what the store knows of a volume.
 *
 * @param name its name
 * @param created when it was made
 * @param labels its labels
 * @param anonymous whether it was made for one container, with which it goes
 * @param driver where its content is
 */
public record VolumeRecord(
    VolumeName name,
    Instant created,
    Map<String, String> labels,
    boolean anonymous,
    VolumeDriver driver) {
  /** Copies the labels. */
  public VolumeRecord {
    labels = Map.copyOf(labels);
  }

  JsonObject toJson() {
    JsonObject json = JsonObject.empty()
        .with("name", name.text())
        .with("created", created.toString())
        .with("labels", JsonObject.of(labels))
        .with("anonymous", anonymous ? Json.Literal.TRUE : Json.Literal.FALSE);
    return driver.addTo(json);
  }

  static VolumeRecord read(Path file, VolumeName name) throws IOException {
    return RecordFile.read(file, fields -> parse(fields, name));
  }

  private static VolumeRecord parse(JsonObject fields, VolumeName name) throws IOException {
    if (!fields.string("name").equals(name.text())) {
      throw fields.malformed("name", "is that of another volume");
    }
    return new VolumeRecord(
        name,
        time(fields, "created"),
        fields.stringMap("labels"),
        fields.flag("anonymous"),
        VolumeDriver.parse(fields));
  }

  /** Reads a time of a record. */
  static Instant time(JsonObject fields, String member) throws MalformedImageException {
    try {
      return Instant.parse(fields.string(member));
    } catch (DateTimeException e) {
      throw fields.malformed(member, "is no time");
    }
  }
}
