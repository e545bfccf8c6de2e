package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.SpaceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code container.json}: what the store knows of a container.
 *
 * @param id its id
 * @param name its name, if it has one
 * @param image its image's manifest
 * @param imageName what the image was called when the container was made
 * @param created when it was made
 * @param labels its labels
 * @param ephemeral whether it lives only while it is open
 * @param maker the session that made an ephemeral container and has it open for as long as both live; absent if a lock says who
 *     has it open
 * @param identity whom it acts for; if absent, root
 * @param limits what it may take up
 * @param volumes what is mounted in it
 * @param uppers how what is written to it is kept
 */
public record ContainerRecord(
    Id id,
    Optional<ContainerName> name,
    Descriptor image,
    String imageName,
    Instant created,
    Map<String, String> labels,
    boolean ephemeral,
    Optional<Id> maker,
    Optional<Identity> identity,
    SpaceLimits limits,
    List<VolumeUse> volumes,
    UppersRecord uppers) {

  ContainerRecord with(UppersRecord changed) {
    return with(volumes, changed);
  }

  ContainerRecord with(List<VolumeUse> mounted) {
    return with(mounted, uppers);
  }

  private ContainerRecord with(List<VolumeUse> mounted, UppersRecord changed) {
    return new ContainerRecord(
        id, name, image, imageName, created, labels, ephemeral, maker, identity, limits, mounted,
        changed);
  }

  JsonObject toJson() {
    Map<String, Json> fields = new LinkedHashMap<>();
    fields.put("id", new Json.Text(id.toString()));
    name.ifPresent(text -> fields.put("name", new Json.Text(text.text())));
    identity.ifPresent(who -> fields.put("identity", new Json.Text(who.toString())));
    fields.put("image", new Json.Text(image.digest().toString()));
    fields.put("imageType", new Json.Text(image.mediaType().value()));
    fields.put("imageSize", new Json.Numeral(Long.toString(image.size())));
    fields.put("imageName", new Json.Text(imageName));
    fields.put("created", new Json.Text(created.toString()));
    fields.put("labels", JsonObject.of(labels));
    fields.put("ephemeral", ephemeral ? Json.Literal.TRUE : Json.Literal.FALSE);
    maker.ifPresent(session -> fields.put("maker", new Json.Text(session.toString())));
    fields.put("volumes", VolumeUse.toJson(volumes));
    LimitsJson.addTo(fields, limits);
    uppers.addTo(fields);
    return JsonObject.ofMembers(fields);
  }

  static ContainerRecord read(Path file, Id id) throws IOException {
    return RecordFile.read(file, fields -> parse(fields, id));
  }

  private static ContainerRecord parse(JsonObject fields, Id id) throws IOException {
    if (!fields.string("id").equals(id.toString())) {
      throw fields.malformed("id", "is that of another container");
    }
    return new ContainerRecord(
        id,
        fields.optionalString("name").flatMap(ContainerName::parse),
        Descriptor.of(
            MediaType.parse(fields.string("imageType")),
            Digest.parse(fields.string("image")),
            fields.unsigned("imageSize")),
        fields.string("imageName"),
        VolumeRecord.time(fields, "created"),
        fields.stringMap("labels"),
        fields.flag("ephemeral"),
        fields.optionalString("maker").flatMap(Id::parse),
        fields.optionalString("identity").map(Identity::parse),
        LimitsJson.parse(fields),
        VolumeUse.parse(fields),
        UppersRecord.parse(fields));
  }
}
