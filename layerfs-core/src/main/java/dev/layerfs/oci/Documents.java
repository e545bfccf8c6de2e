package dev.layerfs.oci;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What manifests and indexes have in common when they are read. */
final class Documents {
  private Documents() {}

  static JsonReader reader(Limits limits) {
    return new JsonReader(limits.maxDocumentBytes(), limits.maxDocumentDepth());
  }

  /** Reads a document of an image's graph; schema 1 is refused by name. */
  static JsonObject read(byte[] document, String subject, Limits limits) throws IOException {
    JsonObject json = reader(limits).readObject(document, subject);
    Optional<String> mediaType = json.optionalString("mediaType");
    if (json.unsigned("schemaVersion") == 1) {
      throw schema1(subject);
    }
    if (json.unsigned("schemaVersion") != 2) {
      throw json.malformed("schemaVersion", "must be 2");
    }
    if (mediaType.isPresent()) {
      requireNoSchema1(Descriptor.mediaType(json, "mediaType", mediaType.get()), subject);
    }
    return json;
  }

  static void requireNoSchema1(MediaType mediaType, String subject)
      throws UnsupportedImageException {
    if (mediaType.isSchema1()) {
      throw schema1(subject);
    }
  }

  private static UnsupportedImageException schema1(String subject) {
    return new UnsupportedImageException(
        subject,
        "Docker schema 1 manifests are not supported; push the image again with a tool of this decade");
  }

  /** A document that has members of the other kind means different things to different readers (CVE-2021-41190). */
  static void requireAbsent(JsonObject json, String... names) throws MalformedImageException {
    for (String name : names) {
      if (json.names().contains(name)) {
        throw json.malformed(name, "a document is either a manifest or an index (CVE-2021-41190)");
      }
    }
  }

  static List<Descriptor> descriptors(JsonObject json, String name, String limit, int maximum)
      throws IOException {
    List<JsonObject> elements = json.objects(name);
    if (elements.size() > maximum) {
      throw new LimitExceededException(json.place() + " " + name, limit, maximum);
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonObject element : elements) {
      descriptors.add(Descriptor.of(element));
    }
    return List.copyOf(descriptors);
  }

  /**
   * Requires a member to be present. Its value may be null where Go programs write a nil slice: an empty array.
   */
  static void requirePresent(JsonObject json, String name) throws MalformedImageException {
    if (!json.names().contains(name)) {
      throw json.malformed(name, "is required");
    }
  }

  /** The type of a document: what it says itself, which must be what its descriptor said. */
  static MediaType mediaType(JsonObject json, MediaType expected) throws MalformedImageException {
    Optional<String> own = json.optionalString("mediaType");
    if (own.isPresent() && !own.get().equals(expected.value())) {
      throw json.malformed("mediaType", "must be the media type of the descriptor, " + expected);
    }
    return expected;
  }
}
