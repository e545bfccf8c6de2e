package dev.layerfs.oci;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a blob: its type, digest and size (descriptor.md). Immutable. Members that layerfs doesn't know are kept
 * when a document with the descriptor is written.
 */
public final class Descriptor {
  private final JsonObject json;
  private final MediaType mediaType;
  private final Digest digest;
  private final long size;
  private final List<String> urls;
  private final Map<String, String> annotations;
  private final byte @Nullable [] data;
  private final Optional<Platform> platform;
  private final Optional<MediaType> artifactType;

  private Descriptor(JsonObject json) throws IOException {
    this.json = json;
    this.mediaType = mediaType(json, "mediaType", json.string("mediaType"));
    this.digest = digest(json);
    this.size = json.unsigned("size");
    this.urls = urls(json);
    this.annotations = json.stringMap("annotations");
    this.data = data(json, digest, size);
    Optional<JsonObject> platformJson = json.optionalObject("platform");
    this.platform =
        platformJson.isPresent() ? Optional.of(Platform.of(platformJson.get())) : Optional.empty();
    Optional<String> artifact = json.optionalString("artifactType").filter(type -> !type.isEmpty());
    this.artifactType = artifact.isPresent()
        ? Optional.of(mediaType(json, "artifactType", artifact.get()))
        : Optional.empty();
  }

  /**
   * Reads a descriptor. Its digest may be of an algorithm that can't be verified; whoever fetches refuses it.
   *
   * @param json a member of a document
   * @return the descriptor
   * @throws MalformedImageException if it breaks a rule of descriptor.md
   * @throws DigestMismatchException if its embedded data isn't what it describes
   */
  static Descriptor of(JsonObject json) throws IOException {
    return new Descriptor(json);
  }

  /**
   * Makes a descriptor.
   *
   * @param mediaType the blob's type
   * @param digest the blob's digest
   * @param size the blob's size in bytes
   * @return a new descriptor
   * @throws IllegalArgumentException if the size is negative
   */
  public static Descriptor of(MediaType mediaType, Digest digest, long size) {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    return rebuilt(JsonObject.empty()
        .with("mediaType", mediaType.value())
        .with("digest", digest.toString())
        .with("size", size));
  }

  /**
   * Makes the descriptor of content.
   *
   * @param mediaType the content's type
   * @param content the content
   * @return a new descriptor, with a sha256 digest
   */
  public static Descriptor ofContent(MediaType mediaType, byte[] content) {
    return of(mediaType, Digest.sha256(content), content.length);
  }

  /**
   * Returns the blob's type.
   *
   * @return the type, which may be one that layerfs doesn't know
   */
  public MediaType mediaType() {
    return mediaType;
  }

  /**
   * Returns the blob's digest.
   *
   * @return the digest, not always {@linkplain Digest#isVerifiable() verifiable}
   */
  public Digest digest() {
    return digest;
  }

  /**
   * Returns the blob's size.
   *
   * @return bytes, not negative
   */
  public long size() {
    return size;
  }

  /**
   * Returns where else the blob may be had.
   *
   * @return URIs by RFC 3986, untrusted: of any scheme, to any host; unmodifiable
   */
  public List<String> urls() {
    return urls;
  }

  /**
   * Returns the annotations.
   *
   * @return an unmodifiable map, in the document's order
   */
  public Map<String, String> annotations() {
    return annotations;
  }

  /**
   * Returns the blob's content if the descriptor embeds it and it was checked against size and digest.
   *
   * @return a new array
   */
  public Optional<byte[]> data() {
    return data == null ? Optional.empty() : Optional.of(data.clone());
  }

  /**
   * Returns the platform that the image runs on.
   *
   * @return the platform, as written
   */
  public Optional<Platform> platform() {
    return platform;
  }

  /**
   * Returns the type of the artifact that the blob is the manifest of.
   *
   * @return the type
   */
  public Optional<MediaType> artifactType() {
    return artifactType;
  }

  /**
   * Returns this descriptor with other annotations.
   *
   * @param replacement all annotations it shall have
   * @return a new descriptor
   */
  public Descriptor withAnnotations(Map<String, String> replacement) {
    return rebuilt(
        replacement.isEmpty()
            ? json.without("annotations")
            : json.with("annotations", JsonObject.of(new TreeMap<>(replacement))));
  }

  /**
   * Returns this descriptor with another type for the same bytes.
   *
   * @param replacement the type
   * @return a new descriptor
   */
  public Descriptor withMediaType(MediaType replacement) {
    return rebuilt(json.with("mediaType", replacement.value()));
  }

  /**
   * Returns this descriptor with a platform.
   *
   * @param replacement the platform
   * @return a new descriptor
   */
  public Descriptor withPlatform(Platform replacement) {
    return rebuilt(json.with("platform", replacement.toJson()));
  }

  /**
   * Returns this descriptor with the type of the artifact that the blob is the manifest of.
   *
   * @param replacement the type
   * @return a new descriptor
   */
  public Descriptor withArtifactType(MediaType replacement) {
    return rebuilt(json.with("artifactType", replacement.value()));
  }

  /**
   * Checks content against size and digest, in that order (descriptor.md, "Verification").
   *
   * @param content the whole content
   * @throws DigestMismatchException if it isn't what this describes
   * @throws IOException if the digest can't be verified
   */
  public void verify(byte[] content) throws IOException {
    verify(content, digest.requireVerifiable(), size, "blob " + digest);
  }

  /** Two descriptors are equal if their documents are, in any order of members. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Descriptor that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  /** The type, digest and size, for messages. */
  @Override
  public String toString() {
    return mediaType + " " + digest + " (" + size + " bytes)";
  }

  JsonObject toJson() {
    return json;
  }

  static Json toJson(List<Descriptor> descriptors) {
    return new Json.Array(descriptors.stream().<Json>map(Descriptor::toJson).toList());
  }

  /** Where in its document the descriptor is, for messages. */
  String place() {
    return json.place();
  }

  private static Descriptor rebuilt(JsonObject json) {
    try {
      return new Descriptor(json);
    } catch (IOException e) {
      throw new AssertionError("made of checked parts: " + json, e);
    }
  }

  private static Digest digest(JsonObject json) throws MalformedImageException {
    try {
      return Digest.parseAny(json.string("digest"));
    } catch (MalformedImageException e) {
      throw json.malformed("digest", Objects.requireNonNull(e.getMessage()));
    }
  }

  static MediaType mediaType(JsonObject json, String name, String value)
      throws MalformedImageException {
    try {
      return MediaType.parse(value);
    } catch (MalformedImageException e) {
      throw json.malformed(name, Objects.requireNonNull(e.getMessage()));
    }
  }

  private static List<String> urls(JsonObject json) throws MalformedImageException {
    List<String> urls = json.strings("urls");
    for (String url : urls) {
      if (!isUri(url)) {
        throw json.malformed("urls", "each entry must be a URI (RFC 3986)");
      }
    }
    return urls;
  }

  /** {@link URI} alone would also take characters beyond ASCII. */
  private static boolean isUri(String url) {
    try {
      return new URI(url).isAbsolute() && url.chars().allMatch(c -> c > ' ' && c < 0x7f);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static byte @Nullable [] data(JsonObject json, Digest digest, long size)
      throws IOException {
    Optional<String> encoded = json.optionalString("data");
    if (encoded.isEmpty()) {
      return null;
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(encoded.get());
    } catch (IllegalArgumentException e) {
      throw json.malformed("data", "not Base64 (RFC 4648, section 4)");
    }
    if (!digest.isVerifiable()) {
      return null;
    }
    verify(decoded, digest, size, json.place() + ".data");
    return decoded;
  }

  private static void verify(byte[] content, Digest digest, long size, String object)
      throws DigestMismatchException {
    if (content.length != size) {
      throw new DigestMismatchException(object, size + " bytes", content.length + " bytes");
    }
    if (!digest.matches(content)) {
      throw new DigestMismatchException(object, digest.toString(), "another digest");
    }
  }
}
