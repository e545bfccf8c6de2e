package dev.layerfs;

import dev.layerfs.oci.Platform;
import dev.layerfs.registry.RegistryClient;
import java.util.Optional;

/**
 * How images are pushed. Immutable; made by a {@link #builder()}.
 *
 * @param destination where to, if not to the name that the image has in the store
 * @param platform the platform of a multi-platform image to push
 * @param allPlatforms whether every platform has to be pushed
 * @param nonDistributable whether layers that are not to be distributed are pushed, too
 * @param mountFrom a repository of the destination's registry to take blobs from that it has
 * @param progress is told how far the push is
 * @param client asks the registry; if absent one with default options, which is closed after the push
 */
public record PushOptions(
    Optional<String> destination,
    Optional<Platform> platform,
    boolean allPlatforms,
    boolean nonDistributable,
    Optional<String> mountFrom,
    ProgressListener progress,
    Optional<RegistryClient> client) {
  /** To the image's own name; what the store has of it. */
  public static final PushOptions DEFAULT = builder().build();

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
    private Optional<String> destination = Optional.empty();
    private Optional<Platform> platform = Optional.empty();
    private boolean allPlatforms;
    private boolean nonDistributable;
    private Optional<String> mountFrom = Optional.empty();
    private ProgressListener progress = (what, done, total) -> {};
    private Optional<RegistryClient> client = Optional.empty();

    private Builder() {}

    /**
     * Pushes to another name than the image has in the store.
     *
     * @param reference a name such as {@code registry.example/team/app:1.0}
     * @return this builder
     */
    public Builder destination(String reference) {
      this.destination = Optional.of(reference);
      return this;
    }

    /**
     * Pushes one platform of a multi-platform image, without its index.
     *
     * @param platform the platform
     * @return this builder
     */
    public Builder platform(Platform platform) {
      this.platform = Optional.of(platform);
      return this;
    }

    /**
     * Requires that a multi-platform image is pushed with its index and all that it names. Without this it is if the store
     * has all of that, and otherwise the platform for this machine is pushed alone.
     *
     * @return this builder
     */
    public Builder allPlatforms() {
      this.allPlatforms = true;
      return this;
    }

    /**
     * Pushes layers, too, whose type says that they are not to be distributed ("nondistributable", Docker's "foreign"), to
     * registries that are allowed to have them. Without this the registry has them already, or knows where they are, or refuses
     * the image.
     *
     * @return this builder
     */
    public Builder nonDistributable() {
      this.nonDistributable = true;
      return this;
    }

    /**
     * Lets the registry take blobs from another of its repositories, so that they need not be sent. That repository is also
     * asked if the image's name in the store is one of it.
     *
     * @param repository a repository of the destination's registry, for example {@code team/base}
     * @return this builder
     */
    public Builder mountFrom(String repository) {
      this.mountFrom = Optional.of(repository);
      return this;
    }

    /**
     * Sets who is told how far the push is.
     *
     * @param listener the listener
     * @return this builder
     */
    public Builder progress(ProgressListener listener) {
      this.progress = listener;
      return this;
    }

    /**
     * Sets what asks the registry.
     *
     * @param client an open client, which stays open
     * @return this builder
     */
    public Builder client(RegistryClient client) {
      this.client = Optional.of(client);
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public PushOptions build() {
      return new PushOptions(
          destination, platform, allPlatforms, nonDistributable, mountFrom, progress, client);
    }
  }
}
