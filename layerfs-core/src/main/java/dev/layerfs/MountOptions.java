package dev.layerfs;

/**
 * How a container is mounted. Immutable; made by a {@link #builder()}.
 *
 * @param extractImage whether the image is extracted into a directory of the store, once for all its containers, even if
 *     the kernel could mount its files as they are
 */
public record MountOptions(boolean extractImage) {
  /** The image is extracted only if the kernel can't mount it. */
  public static final MountOptions DEFAULT = new MountOptions(false);

  /**
   * Returns a builder that begins with the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private boolean extractImage;

    private Builder() {}

    /**
     * Has the image extracted, as for kernels before 6.12 and in user namespaces.
     *
     * @return this builder
     */
    public Builder extractImage() {
      extractImage = true;
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public MountOptions build() {
      return new MountOptions(extractImage);
    }
  }
}
