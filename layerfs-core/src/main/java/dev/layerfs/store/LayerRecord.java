package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code layer.json}: what the store knows of a layer.
 *
 * @param diffId digest of the uncompressed layer tar, computed here
 * @param blobs digests of the blobs that were decompressed here to that tar; only they stand for this layer
 * @param entries entries of the tar
 * @param tarBytes length of the tar; absent if an earlier version has written the record
 * @param contentBytes bytes of content of its files
 * @param fileBytes length of the layer file
 * @param crc32c checksum of the layer file. It finds accidents; who doubts more builds the layer file anew from a blob,
 *     which gives the same bytes
 * @param notes what was dropped or ignored
 */
public record LayerRecord(
    DiffId diffId,
    Set<Digest> blobs,
    long entries,
    OptionalLong tarBytes,
    long contentBytes,
    long fileBytes,
    long crc32c,
    List<String> notes) {
  private static final String TAR_BYTES = "tarBytes";

  LayerRecord withBlobs(Set<Digest> more) {
    Set<Digest> all = new LinkedHashSet<>(blobs);
    all.addAll(more);
    return new LayerRecord(diffId, all, entries, tarBytes, contentBytes, fileBytes, crc32c, notes);
  }

  JsonObject toJson() {
    JsonObject json = JsonObject.empty()
        .with("diffId", diffId.toString())
        .with("blobs", texts(blobs.stream().map(Digest::toString).toList()))
        .with("entries", entries);
    if (tarBytes.isPresent()) {
      json = json.with(TAR_BYTES, tarBytes.getAsLong());
    }
    return json.with("contentBytes", contentBytes)
        .with("fileBytes", fileBytes)
        .with("crc32c", crc32c)
        .with("notes", texts(notes));
  }

  private static Json texts(List<String> texts) {
    return new Json.Array(texts.stream().map(text -> (Json) new Json.Text(text)).toList());
  }

  static LayerRecord read(Path file, DiffId diffId) throws IOException {
    return RecordFile.read(file, fields -> parse(fields, diffId));
  }

  private static LayerRecord parse(JsonObject fields, DiffId diffId) throws IOException {
    if (!fields.string("diffId").equals(diffId.toString())) {
      throw fields.malformed("diffId", "is that of another layer");
    }
    Set<Digest> blobs = new LinkedHashSet<>();
    for (String blob : fields.strings("blobs")) {
      blobs.add(Digest.parse(blob));
    }
    return new LayerRecord(
        diffId,
        blobs,
        fields.unsigned("entries"),
        fields.has(TAR_BYTES) ? OptionalLong.of(fields.unsigned(TAR_BYTES)) : OptionalLong.empty(),
        fields.unsigned("contentBytes"),
        fields.unsigned("fileBytes"),
        fields.unsigned("crc32c"),
        fields.strings("notes"));
  }
}
