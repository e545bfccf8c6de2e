package dev.layerfs.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An image manifest: a config and layers (manifest.md), OCI's or Docker's schema 2. Immutable. {@link #bytes} are the
 * document's own, so that its digest never changes; unknown members are in them.
 */
public final class Manifest {
  /** The config of an artifact that has none. */
  public static final String NO_CONFIG = "{}";

  /** Annotations that are not true of an image that is made of this one. */
  private static final Set<String> OF_ONE_IMAGE =
      Set.of(Annotations.CREATED, Annotations.BASE_DIGEST, Annotations.BASE_NAME);

  private final byte[] bytes;
  private final JsonObject json;
  private final MediaType mediaType;
  private final Optional<MediaType> artifactType;
  private final Descriptor config;
  private final List<Descriptor> layers;
  private final Optional<Descriptor> subject;
  private final Map<String, String> annotations;

  private Manifest(byte[] bytes, JsonObject json, MediaType mediaType, Limits limits)
      throws IOException {
    this.bytes = bytes;
    this.json = json;
    this.mediaType = Documents.mediaType(json, mediaType);
    Documents.requireAbsent(json, "manifests", "fsLayers");
    Documents.requirePresent(json, "layers");
    Optional<String> artifact = json.optionalString("artifactType").filter(type -> !type.isEmpty());
    this.artifactType = artifact.isPresent()
        ? Optional.of(Descriptor.mediaType(json, "artifactType", artifact.get()))
        : Optional.empty();
    this.config = fetchable(Descriptor.of(json.object("config")));
    this.layers = Documents.descriptors(json, "layers", "maxLayers", limits.maxLayers());
    for (Descriptor layer : layers) {
      fetchable(layer);
    }
    Optional<JsonObject> subjectJson = json.optionalObject("subject");
    this.subject =
        subjectJson.isPresent() ? Optional.of(Descriptor.of(subjectJson.get())) : Optional.empty();
    this.annotations = json.stringMap("annotations");
  }

  /**
   * Reads the manifest that a descriptor names.
   *
   * @param descriptor where the document was found; checked against it
   * @param document the document
   * @param limits bounds on it
   * @return the manifest
   * @throws MalformedImageException if it breaks a rule of manifest.md, or is an index as well
   * @throws UnsupportedImageException if it is a schema 1 manifest, no manifest by its descriptor, or has digests that
   *     can't be verified
   * @throws dev.layerfs.error.DigestMismatchException if it isn't what the descriptor describes
   * @throws LimitExceededException if it exceeds a limit
   */
  public static Manifest parse(Descriptor descriptor, byte[] document, Limits limits)
      throws IOException {
    String subject = "manifest " + descriptor.digest();
    Documents.requireNoSchema1(descriptor.mediaType(), subject);
    if (!descriptor.mediaType().isManifest()) {
      throw new UnsupportedImageException(
          subject, "'" + descriptor.mediaType() + "' is not the media type of an image manifest");
    }
    descriptor.verify(document);
    return parse(document, subject, descriptor.mediaType(), limits);
  }

  /**
   * Reads a manifest that no descriptor vouches for, for example one whose type came in a {@code Content-Type}.
   *
   * @param document the document
   * @param mediaType the type it was said to have; must be a {@linkplain MediaType#isManifest() manifest's}
   * @param limits bounds on it
   * @return the manifest
   * @throws IOException as {@link #parse(Descriptor, byte[], Limits)} does, digest mismatches aside
   */
  public static Manifest parse(byte[] document, MediaType mediaType, Limits limits)
      throws IOException {
    return parse(Descriptor.ofContent(mediaType, document), document, limits);
  }

  private static Manifest parse(byte[] document, String subject, MediaType mediaType, Limits limits)
      throws IOException {
    byte[] bytes = document.clone();
    return new Manifest(bytes, Documents.read(bytes, subject, limits), mediaType, limits);
  }

  /**
   * Makes an OCI manifest, always the same bytes for the same arguments.
   *
   * @param config the config
   * @param layers the layers, bottom first
   * @return a new manifest
   */
  public static Manifest of(Descriptor config, List<Descriptor> layers) {
    return of(
        JsonObject.empty()
            .with("schemaVersion", 2)
            .with("mediaType", MediaType.OCI_MANIFEST.value()),
        config,
        layers);
  }

  /**
   * Makes the OCI manifest of an artifact that has no config (manifest.md, "Guidelines for Artifact Usage"), always the same
   * bytes for the same arguments.
   *
   * @param artifactType what kind of artifact it is
   * @param layers its blobs
   * @return a new manifest, whose config is {@link #NO_CONFIG}
   */
  public static Manifest ofArtifact(MediaType artifactType, List<Descriptor> layers) {
    JsonObject begun = JsonObject.empty()
        .with("schemaVersion", 2)
        .with("mediaType", MediaType.OCI_MANIFEST.value())
        .with("artifactType", artifactType.value());
    return of(begun, Descriptor.ofContent(MediaType.OCI_EMPTY, NO_CONFIG.getBytes(UTF_8)), layers);
  }

  /**
   * Makes the OCI manifest of an image that was made from this one. Annotations stay, and so do members that layerfs
   * doesn't know; what this manifest was about does not, nor what its annotations say of when and on what it was made
   * itself. Types of Docker's layers become OCI's.
   *
   * @param newConfig the config
   * @param newLayers the layers, bottom first
   * @return a new manifest
   */
  public Manifest derive(Descriptor newConfig, List<Descriptor> newLayers) {
    List<Descriptor> ociLayers = newLayers.stream()
        .map(layer -> layer.withMediaType(layer.mediaType().layerOfOci()))
        .toList();
    Map<String, String> lasting = new TreeMap<>(annotations);
    lasting.keySet().removeAll(OF_ONE_IMAGE);
    JsonObject about = json.without("subject").without("artifactType").without("annotations");
    JsonObject kept = lasting.isEmpty() ? about : about.with("annotations", JsonObject.of(lasting));
    return of(kept.with("mediaType", MediaType.OCI_MANIFEST.value()), newConfig, ociLayers);
  }

  private static Manifest of(JsonObject begun, Descriptor config, List<Descriptor> layers) {
    JsonObject json =
        begun.with("config", config.toJson()).with("layers", Descriptor.toJson(layers));
    Limits unlimited = Limits.DEFAULT.toBuilder().maxLayers(Integer.MAX_VALUE).build();
    try {
      return new Manifest(json.toBytes(), json, MediaType.OCI_MANIFEST, unlimited);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Returns the document.
   *
   * @return a new array: what was read, byte for byte
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
   * @return OCI's or Docker's manifest type
   */
  public MediaType mediaType() {
    return mediaType;
  }

  /**
   * Returns what kind of artifact this is, if it is no image.
   *
   * @return the type, which layerfs need not know
   */
  public Optional<MediaType> artifactType() {
    return artifactType;
  }

  /**
   * Tells whether this is a volume, not an image.
   *
   * @return whether the artifact is of that type, and has no config
   */
  public boolean isVolume() {
    return artifactType.equals(Optional.of(MediaType.LAYERFS_VOLUME))
        && config.mediaType().equals(MediaType.OCI_EMPTY);
  }

  /**
   * Returns the config's descriptor.
   *
   * @return a descriptor with a verifiable digest
   */
  public Descriptor config() {
    return config;
  }

  /**
   * Returns the layers' descriptors.
   *
   * @return descriptors with verifiable digests, bottom first; unmodifiable
   */
  public List<Descriptor> layers() {
    return layers;
  }

  /**
   * Returns what this manifest is about, for example the image that a signature signs.
   *
   * @return the descriptor
   */
  public Optional<Descriptor> subject() {
    return subject;
  }

  /**
   * Returns the annotations.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> annotations() {
    return annotations;
  }

  /**
   * Requires that this is the manifest of an image that can be unpacked, not of some other artifact: config and layers are
   * of types that layerfs knows.
   *
   * @throws UnsupportedImageException if it isn't
   */
  public void requireImage() throws UnsupportedImageException {
    if (!config.mediaType().isImageConfig()) {
      throw new UnsupportedImageException(
          config.place(), "an artifact, not an image: its config is of type " + config.mediaType());
    }
    for (Descriptor layer : layers) {
      if (!layer.mediaType().isLayer()) {
        throw new UnsupportedImageException(layer.place(), "no layer type: " + layer.mediaType());
      }
    }
  }

  private static Descriptor fetchable(Descriptor descriptor) throws UnsupportedImageException {
    if (!descriptor.digest().isVerifiable()) {
      throw new UnsupportedImageException(
          descriptor.place() + ".digest", "content can only be verified by sha256 or sha512");
    }
    return descriptor;
  }
}
