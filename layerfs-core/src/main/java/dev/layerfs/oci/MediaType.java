package dev.layerfs.oci;

import com.google.common.base.CharMatcher;
import dev.layerfs.error.MalformedImageException;

/**
 * The type of a blob, by the names of RFC 6838, and what layerfs knows about it. Types it doesn't know are well-formed
 * values too: they can be copied.
 *
 * @param value the type, for example {@code application/vnd.oci.image.manifest.v1+json}
 */
public record MediaType(String value) {
  // First, for the constants below are checked against them.
  private static final int MAX_NAME_LENGTH = 127;
  private static final CharMatcher RESTRICTED_NAME =
      Grammar.ALPHANUMERIC.or(CharMatcher.anyOf("!#$&-^_.+"));

  /** A blob layerfs knows nothing about. */
  public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");
  /** The empty object that stands for "no config" in artifacts (manifest.md, "Guidance for an Empty Descriptor"). */
  public static final MediaType OCI_EMPTY = new MediaType("application/vnd.oci.empty.v1+json");

  /** The type of artifacts that hold what is in a volume: layers, as an image has, and no config. */
  public static final MediaType LAYERFS_VOLUME = new MediaType("application/vnd.layerfs.volume.v1");
  /** An image manifest. */
  public static final MediaType OCI_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");
  /** An image index. */
  public static final MediaType OCI_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");
  /** An image config. */
  public static final MediaType OCI_CONFIG =
      new MediaType("application/vnd.oci.image.config.v1+json");
  /** A layer as plain tar. */
  public static final MediaType OCI_LAYER = new MediaType("application/vnd.oci.image.layer.v1.tar");
  /** A layer compressed with gzip. */
  public static final MediaType OCI_LAYER_GZIP =
      new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");
  /** A layer compressed with zstd. */
  public static final MediaType OCI_LAYER_ZSTD =
      new MediaType("application/vnd.oci.image.layer.v1.tar+zstd");
  /** An image manifest, schema 2. */
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");
  /** A manifest list: Docker's index. */
  public static final MediaType DOCKER_MANIFEST_LIST =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
  /** Docker's image config. */
  public static final MediaType DOCKER_CONFIG =
      new MediaType("application/vnd.docker.container.image.v1+json");
  /** Docker's layer as plain tar. */
  public static final MediaType DOCKER_LAYER =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar");
  /** Docker's layer compressed with gzip. */
  public static final MediaType DOCKER_LAYER_GZIP =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip");
  /** Docker's layer compressed with zstd, as some builders name it. */
  public static final MediaType DOCKER_LAYER_ZSTD =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.zstd");
  /** Docker's layer that registries must not hold, compressed with gzip. */
  public static final MediaType DOCKER_FOREIGN_LAYER_GZIP =
      new MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

  private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";
  private static final String OCI_LAYER_PREFIX = "application/vnd.oci.image.layer.";
  private static final String DOCKER_LAYER_PREFIX = "application/vnd.docker.image.rootfs.";

  /** How a layer's tar is compressed. */
  public enum LayerCompression {
    /** Not compressed. */
    NONE,
    /** RFC 1952. */
    GZIP,
    /** RFC 8478. */
    ZSTD
  }

  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException if it isn't RFC 6838's
   */
  public MediaType {
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException("not a media type (RFC 6838, section 4.2): " + value);
    }
  }

  /**
   * Parses a media type without parameters.
   *
   * @param text untrusted text
   * @return the type
   * @throws MalformedImageException if the grammar isn't RFC 6838's
   */
  public static MediaType parse(String text) throws MalformedImageException {
    if (!isWellFormed(text)) {
      throw new MalformedImageException("media type '" + text + "'", "not RFC 6838, section 4.2");
    }
    return new MediaType(text);
  }

  /**
   * Returns OCI's type of a layer.
   *
   * @param compression how its tar is compressed
   * @return the type
   */
  public static MediaType layer(LayerCompression compression) {
    return switch (compression) {
      case NONE -> OCI_LAYER;
      case GZIP -> OCI_LAYER_GZIP;
      case ZSTD -> OCI_LAYER_ZSTD;
    };
  }

  /**
   * Returns OCI's type for the same bytes.
   *
   * @return OCI's type of a layer that this is Docker's type of; this type if it is none of those
   */
  public MediaType layerOfOci() {
    if (!isLayer() || value.startsWith(OCI_LAYER_PREFIX)) {
      return this;
    }
    String kind = isNonDistributable() ? "nondistributable.v1.tar" : "v1.tar";
    return new MediaType(OCI_LAYER_PREFIX
        + kind
        + switch (layerCompression()) {
          case NONE -> "";
          case GZIP -> "+gzip";
          case ZSTD -> "+zstd";
        });
  }

  /**
   * Says whether it is the type of an image manifest.
   *
   * @return whether it is, OCI's or Docker's schema 2
   */
  public boolean isManifest() {
    return equals(OCI_MANIFEST) || equals(DOCKER_MANIFEST);
  }

  /**
   * Says whether it is the type of an index.
   *
   * @return whether it is, OCI's or Docker's
   */
  public boolean isIndex() {
    return equals(OCI_INDEX) || equals(DOCKER_MANIFEST_LIST);
  }

  /**
   * Says whether it is the type of an image config.
   *
   * @return whether it is, OCI's or Docker's
   */
  public boolean isImageConfig() {
    return equals(OCI_CONFIG) || equals(DOCKER_CONFIG);
  }

  /**
   * Says whether it is the type of Docker's obsolete schema 1 manifests, signed or not.
   *
   * @return whether it is
   */
  public boolean isSchema1() {
    return value.equals(SCHEMA_1 + "json") || value.equals(SCHEMA_1 + "prettyjws");
  }

  /**
   * Says whether it is a layer that layerfs can apply.
   *
   * @return whether it is
   */
  public boolean isLayer() {
    return switch (value) {
      case "application/vnd.oci.image.layer.v1.tar",
          "application/vnd.oci.image.layer.v1.tar+gzip",
          "application/vnd.oci.image.layer.v1.tar+zstd",
          "application/vnd.oci.image.layer.nondistributable.v1.tar",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
          "application/vnd.docker.image.rootfs.diff.tar",
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "application/vnd.docker.image.rootfs.diff.tar.zstd",
          "application/vnd.docker.image.rootfs.foreign.diff.tar",
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" -> true;
      default -> false;
    };
  }

  /**
   * Says whether it is a layer that registries need not hold, and that has to be fetched from its {@code urls}.
   *
   * @return whether it is OCI's {@code nondistributable} or Docker's {@code foreign}
   */
  public boolean isNonDistributable() {
    return value.startsWith(OCI_LAYER_PREFIX + "nondistributable.")
        || value.startsWith(DOCKER_LAYER_PREFIX + "foreign.");
  }

  /**
   * Returns how a layer of this type is compressed.
   *
   * @return the compression the type names
   * @throws IllegalStateException if it is no {@linkplain #isLayer() layer}
   */
  public LayerCompression layerCompression() {
    if (!isLayer()) {
      throw new IllegalStateException("no layer type: " + value);
    }
    if (value.endsWith("gzip")) {
      return LayerCompression.GZIP;
    }
    return value.endsWith("zstd") ? LayerCompression.ZSTD : LayerCompression.NONE;
  }

  /** The type's text. */
  @Override
  public String toString() {
    return value;
  }

  private static boolean isWellFormed(String text) {
    int slash = text.indexOf('/');
    return slash > 0
        && isRestrictedName(text.substring(0, slash))
        && isRestrictedName(text.substring(slash + 1));
  }

  /** {@code restricted-name = ALPHA/DIGIT *126(ALPHA / DIGIT / one of !#$&-^_.+)}. */
  private static boolean isRestrictedName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_NAME_LENGTH
        && Grammar.ALPHANUMERIC.matches(text.charAt(0))
        && RESTRICTED_NAME.matchesAllOf(text);
  }
}
