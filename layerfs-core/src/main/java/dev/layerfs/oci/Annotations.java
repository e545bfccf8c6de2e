package dev.layerfs.oci;

/** The annotations that layerfs reads or writes (annotations.md, "Pre-Defined Annotation Keys"). */
public final class Annotations {
  /** The tag of a descriptor in a layout's {@code index.json}; means nothing elsewhere (image-layout.md). */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";
  /** When the image was built, RFC 3339. */
  public static final String CREATED = "org.opencontainers.image.created";
  /** The digest of the image that an image was made of. */
  public static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
  /** The name of the image that an image was made of. */
  public static final String BASE_NAME = "org.opencontainers.image.base.name";
  /** The full reference that containerd and buildkit give an image in a layout, beside a {@link #REF_NAME} that is a tag. */
  public static final String CONTAINERD_IMAGE_NAME = "io.containerd.image.name";

  private Annotations() {}
}
