package dev.layerfs;

import dev.layerfs.oci.ConfigEditor;
import dev.layerfs.oci.MediaType.LayerCompression;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a container becomes an image. Immutable; made by a {@link #builder()}.
 *
 * @param compression how the new layer's blob is compressed
 * @param author who made the image
 * @param message a note for the image's history
 * @param epoch the latest time that anything of the image may have, as SOURCE_DATE_EPOCH asks for
 * @param squash whether all layers become one
 * @param squashAbove the image whose layers stay, while all above them become one
 * @param config changes the image's config
 * @param progress is told how far the commit is
 */
public record CommitOptions(
    LayerCompression compression,
    Optional<String> author,
    Optional<String> message,
    Optional<Instant> epoch,
    boolean squash,
    Optional<Image> squashAbove,
    Consumer<ConfigEditor> config,
    ProgressListener progress) {
  /** One layer on top of the container's image, gzipped, with the config of that image. */
  public static final CommitOptions DEFAULT = builder().build();

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
    private LayerCompression compression = LayerCompression.GZIP;
    private Optional<String> author = Optional.empty();
    private Optional<String> message = Optional.empty();
    private Optional<Instant> epoch = Optional.empty();
    private boolean squash;
    private Optional<Image> squashAbove = Optional.empty();
    private Consumer<ConfigEditor> config = editor -> {};
    private ProgressListener progress = (what, done, total) -> {};

    private Builder() {}

    /**
     * Chooses how the new layer's blob is compressed.
     *
     * @param compression gzip, which every tool reads; zstd, which is faster and smaller; or none
     * @return this builder
     */
    public Builder compression(LayerCompression compression) {
      this.compression = compression;
      return this;
    }

    /**
     * Says who made the image.
     *
     * @param author a name
     * @return this builder
     */
    public Builder author(String author) {
      this.author = Optional.of(author);
      return this;
    }

    /**
     * Adds a note to the image's history.
     *
     * @param message the note
     * @return this builder
     */
    public Builder message(String message) {
      this.message = Optional.of(message);
      return this;
    }

    /**
     * Sets the latest time that anything of the image may have (SOURCE_DATE_EPOCH, reproducible-builds.org): files of the new
     * layer that are later get it, and it becomes the image's own time. Without this, that is the time of the file of the new
     * layer that was changed last.
     *
     * @param epoch the time
     * @return this builder
     */
    public Builder epoch(Instant epoch) {
      this.epoch = Optional.of(epoch);
      return this;
    }

    /**
     * Makes one layer of everything, also of what the container's image has.
     *
     * @return this builder
     */
    public Builder squash() {
      this.squash = true;
      this.squashAbove = Optional.empty();
      return this;
    }

    /**
     * Makes one layer of everything that is not in an image.
     *
     * @param base an image of the same store, whose layers are the lowest of the container's image
     * @return this builder
     */
    public Builder squashAbove(Image base) {
      this.squash = false;
      this.squashAbove = Optional.of(base);
      return this;
    }

    /**
     * Changes the config: environment, command, user, labels and so on.
     *
     * @param changes makes the changes; called once for each commit
     * @return this builder
     */
    public Builder config(Consumer<ConfigEditor> changes) {
      this.config = this.config.andThen(changes);
      return this;
    }

    /**
     * Sets who is told how far the commit is.
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
    public CommitOptions build() {
      return new CommitOptions(
          compression, author, message, epoch, squash, squashAbove, config, progress);
    }
  }
}
