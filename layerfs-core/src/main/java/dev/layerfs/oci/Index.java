package dev.layerfs.oci;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An image index: manifests of one image for several platforms, other indexes, and whatever else (image-index.md); also
 * Docker's manifest list, and a layout's {@code index.json}. Immutable; changes are made in copies, which keep the members
 * that layerfs doesn't know.
 */
public final class Index {
  private final byte[] bytes;
  private final JsonObject json;
  private final MediaType mediaType;
  private final List<Descriptor> manifests;
  private final Map<String, String> annotations;

  private Index(byte[] bytes, JsonObject json, MediaType mediaType, Limits limits)
      throws IOException {
    this.bytes = bytes;
    this.json = json;
    this.mediaType = Documents.mediaType(json, mediaType);
    Documents.requireAbsent(json, "layers", "config", "fsLayers");
    Documents.requirePresent(json, "manifests");
    this.manifests =
        Documents.descriptors(json, "manifests", "maxIndexEntries", limits.maxIndexEntries());
    this.annotations = json.stringMap("annotations");
  }

  /**
   * Reads the index that a descriptor names.
   *
   * @param descriptor where the document was found; checked against it
   * @param document the document
   * @param limits bounds on it
   * @return the index
   * @throws MalformedImageException if it breaks a rule of image-index.md, or is a manifest as well
   * @throws UnsupportedImageException if it is no index by its descriptor
   * @throws dev.layerfs.error.DigestMismatchException if it isn't what the descriptor describes
   * @throws LimitExceededException if it exceeds a limit
   */
  public static Index parse(Descriptor descriptor, byte[] document, Limits limits)
      throws IOException {
    String subject = "index " + descriptor.digest();
    Documents.requireNoSchema1(descriptor.mediaType(), subject);
    if (!descriptor.mediaType().isIndex()) {
      throw new UnsupportedImageException(
          subject, "'" + descriptor.mediaType() + "' is not the media type of an index");
    }
    descriptor.verify(document);
    byte[] bytes = document.clone();
    return new Index(bytes, Documents.read(bytes, subject, limits), descriptor.mediaType(), limits);
  }

  /**
   * Reads an index that no descriptor vouches for.
   *
   * @param document the document
   * @param mediaType the type it was said to have; must be an {@linkplain MediaType#isIndex() index's}
   * @param limits bounds on it
   * @return the index
   * @throws IOException as {@link #parse(Descriptor, byte[], Limits)} does, digest mismatches aside
   */
  public static Index parse(byte[] document, MediaType mediaType, Limits limits)
      throws IOException {
    return parse(Descriptor.ofContent(mediaType, document), document, limits);
  }

  /**
   * Returns an OCI index without entries.
   *
   * @return a new index
   */
  public static Index empty() {
    return of(
        JsonObject.empty()
            .with("schemaVersion", 2)
            .with("mediaType", MediaType.OCI_INDEX.value())
            .with("manifests", Descriptor.toJson(List.of())),
        MediaType.OCI_INDEX);
  }

  /**
   * Returns this index with other entries. All else, known or not, stays as it is.
   *
   * @param replacement all entries it shall have; those that were in it keep their unknown members
   * @return a new index
   */
  public Index withManifests(List<Descriptor> replacement) {
    return of(json.with("manifests", Descriptor.toJson(replacement)), mediaType);
  }

  /**
   * Returns the document.
   *
   * @return a new array: what was read, byte for byte, unless it was changed
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * Returns the document's descriptor.
   *
   * @return type, sha256 digest and size
   */
  public Descriptor descriptor() {
    return Descriptor.ofContent(mediaType, bytes);
  }

  /**
   * Returns the document's type.
   *
   * @return OCI's index type or Docker's manifest list type
   */
  public MediaType mediaType() {
    return mediaType;
  }

  /**
   * Returns the entries.
   *
   * @return descriptors in the document's order, of any type; their digests may be of algorithms that can't be verified;
   *     unmodifiable
   */
  public List<Descriptor> manifests() {
    return manifests;
  }

  /**
   * Returns the annotations.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> annotations() {
    return annotations;
  }

  private static Index of(JsonObject json, MediaType mediaType) {
    Limits unlimited =
        Limits.DEFAULT.toBuilder().maxIndexEntries(Integer.MAX_VALUE).build();
    try {
      return new Index(json.toBytes(), json, mediaType, unlimited);
    } catch (IOException e) {
      throw new AssertionError("made of checked parts", e);
    }
  }
}
