package dev.layerfs;

import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Platform;
import dev.layerfs.registry.RegistryClient;
import java.util.Optional;

/**
 * How images are pulled. Immutable; made by a {@link #builder()}.
 *
 * @param reference the name to give the image, instead of the one it is pulled by
 * @param platform the platform to choose from a multi-platform index; this machine's if absent
 * @param allPlatforms whether to pull every platform of an index
 * @param limits bounds on what the registry may deliver
 * @param progress is told how far the pull is
 * @param client asks the registry; if absent one with default options, which is closed after the pull
 */
public record PullOptions(
    Optional<String> reference,
    Optional<Platform> platform,
    boolean allPlatforms,
    Limits limits,
    ProgressListener progress,
    Optional<RegistryClient> client) {
  /** This machine's platform, by the name it is pulled by. */
  public static final PullOptions DEFAULT = builder().build();

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
    private Optional<Platform> platform = Optional.empty();
    private boolean allPlatforms;
    private Limits limits = Limits.DEFAULT;
    private ProgressListener progress = (what, done, total) -> {};
    private Optional<RegistryClient> client = Optional.empty();

    private Builder() {}

    /**
     * Names the image. An image that has the name in the store loses it.
     *
     * @param reference a name such as {@code debian:12} or {@code registry.example/team/app:1.0}
     * @return this builder
     */
    public Builder reference(String reference) {
      this.reference = Optional.of(reference);
      return this;
    }

    /**
     * Chooses a platform of a multi-platform index instead of this machine's. An image that is not in an index is pulled
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
     * Pulls every platform of a multi-platform index.
     *
     * @return this builder
     */
    public Builder allPlatforms() {
      this.allPlatforms = true;
      return this;
    }

    /**
     * Sets bounds on what the registry may deliver. Documents are also bound by the limits of the client.
     *
     * @param limits the limits
     * @return this builder
     */
    public Builder limits(Limits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * Sets who is told how far the pull is.
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
    public PullOptions build() {
      return new PullOptions(reference, platform, allPlatforms, limits, progress, client);
    }
  }
}
