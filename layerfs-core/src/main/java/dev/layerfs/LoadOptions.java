package dev.layerfs;

import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Platform;
import java.util.Optional;

/**
 * How images are loaded. Immutable; made by a {@link #builder()}.
 *
 * @param reference the name to give the image, instead of the names that the source has for it
 * @param select the image of the source to load, by its name there; all of them if absent
 * @param platform the platform to choose from a multi-platform index; this machine's if absent
 * @param allPlatforms whether to load every platform of an index
 * @param overwrite whether names that the source has may be taken from images that have them in the store
 * @param limits bounds on what the source may contain
 * @param progress is told how far the load is
 */
public record LoadOptions(
    Optional<String> reference,
    Optional<String> select,
    Optional<Platform> platform,
    boolean allPlatforms,
    boolean overwrite,
    Limits limits,
    ProgressListener progress) {
  /** All images of the source, for this machine's platform, with the names that the source has and that are free. */
  public static final LoadOptions DEFAULT = builder().build();

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
    private Optional<String> reference = Optional.empty();
    private Optional<String> select = Optional.empty();
    private Optional<Platform> platform = Optional.empty();
    private boolean allPlatforms;
    private boolean overwrite;
    private Limits limits = Limits.DEFAULT;
    private ProgressListener progress = (what, done, total) -> {};

    private Builder() {}

    /**
     * Names the image, and ignores the names that the source has for it. An image that has the name in the store loses
     * it. The source, or what {@link #select} chooses of it, must be a single image.
     *
     * @param reference a name such as {@code debian:12} or {@code registry.example/team/app:1.0}
     * @return this builder
     */
    public Builder reference(String reference) {
      this.reference = Optional.of(reference);
      return this;
    }

    /**
     * Loads only one of the source's images: the TAG of an OCI layout's {@code DIR:TAG}, or a name in an archive.
     *
     * @param name the name that the source has for it: in an OCI layout the value of its {@code
     *     org.opencontainers.image.ref.name} annotation, in a docker archive one of its {@code RepoTags}
     * @return this builder
     */
    public Builder select(String name) {
      this.select = Optional.of(name);
      return this;
    }

    /**
     * Chooses a platform of a multi-platform index instead of this machine's. An image that is not in an index is loaded
     * whatever its platform is.
     *
     * @param platform the platform
     * @return this builder
     */
    public Builder platform(Platform platform) {
      this.platform = Optional.of(platform);
      return this;
    }

    /**
     * Loads every platform of a multi-platform index.
     *
     * @return this builder
     */
    public Builder allPlatforms() {
      this.allPlatforms = true;
      return this;
    }

    /**
     * Lets names from the source replace names in the store. They are untrusted: without this an image whose name is taken
     * by another is loaded without that name.
     *
     * @return this builder
     */
    public Builder overwriteNames() {
      this.overwrite = true;
      return this;
    }

    /**
     * Sets bounds on what the source may contain.
     *
     * @param limits the limits
     * @return this builder
     */
    public Builder limits(Limits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * Sets who is told how far the load is.
     *
     * @param listener the listener
     * @return this builder
     */
    public Builder progress(ProgressListener listener) {
      this.progress = listener;
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public LoadOptions build() {
      return new LoadOptions(
          reference, select, platform, allPlatforms, overwrite, limits, progress);
    }
  }
}
