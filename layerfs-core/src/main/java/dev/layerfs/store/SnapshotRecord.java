package dev.layerfs.store;

import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * {@code snapshot.json}: what the store knows of a snapshot of a volume.
 *
 * @param id its id
 * @param created when it was made
 * @param data how its objects are kept
 */
public record SnapshotRecord(Id id, Instant created, VolumeDriver.Data data) {
  /** The name of the file in the snapshot's directory. */
  static final String FILE = "snapshot.json";

  JsonObject toJson() {
    return JsonObject.empty()
        .with("id", id.toString())
        .with("created", created.toString())
        .with("format", data.format());
  }

  static SnapshotRecord read(Path directory, Id id) throws IOException {
    return RecordFile.read(directory.resolve(FILE), fields -> parse(fields, id));
  }

  private static SnapshotRecord parse(JsonObject fields, Id id) throws IOException {
    if (!fields.string("id").equals(id.toString())) {
      throw fields.malformed("id", "is that of another snapshot");
    }
    return new SnapshotRecord(
        id, VolumeRecord.time(fields, "created"), new VolumeDriver.Data(fields.string("format")));
  }
}
