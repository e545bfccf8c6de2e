package dev.layerfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a store is checked. Immutable; made by a {@link #builder()}.
 *
 * @param level how thoroughly
 * @param repair whether to put right what can be
 * @param sources where blobs that are damaged or missing can be had from, the best first; used if {@code repair} is set
 * @param progress is told how far a full check is
 */
public record CheckOptions(
    Level level, boolean repair, List<Source> sources, ProgressListener progress) {
  /** A full check that changes nothing. */
  public static final CheckOptions DEFAULT = builder().build();

  /** Copies the list. */
  public CheckOptions {
    sources = List.copyOf(sources);
  }

  /** How thoroughly a store is checked. */
  public enum Level {
    /** Structure, records, and the lengths of files. Takes milliseconds for an image. */
    FAST,
    /** Every byte. Takes as long as reading the store and merging the layers of its images. */
    FULL
  }

  /** Where blobs can be had from. */
  public sealed interface Source permits FromPath, FromRegistry {}

  /**
   * Another store, an image layout or an archive.
   *
   * @param path the directory or file
   */
  public record FromPath(Path path) implements Source {}

  /**
   * A repository of a registry.
   *
   * @param reference an image of the repository
   * @param options how it is asked
   */
  public record FromRegistry(String reference, PullOptions options) implements Source {}

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
    private Level level = Level.FULL;
    private boolean repair;
    private final List<Source> sources = new ArrayList<>();
    private ProgressListener progress = (what, done, total) -> {};

    private Builder() {}

    /**
     * Chooses how thoroughly to check.
     *
     * @param level the level
     * @return this builder
     */
    public Builder level(Level level) {
      this.level = level;
      return this;
    }

    /**
     * Puts right what can be: image trees from layers, layers from blobs, records that differ in one bit, the list of images
     * from its copy, blobs from the sources.
     *
     * @return this builder
     */
    public Builder repair() {
      this.repair = true;
      return this;
    }

    /**
     * Names a place on this machine to take blobs from. Nothing of it is trusted.
     *
     * @param path another store, an image layout, or an archive of one
     * @return this builder
     */
    public Builder from(Path path) {
      sources.add(new FromPath(path));
      return this;
    }

    /**
     * Names an image of a registry to take blobs from: those of its repository.
     *
     * @param reference the image
     * @param options how to ask the registry
     * @return this builder
     */
    public Builder fromRegistry(String reference, PullOptions options) {
      sources.add(new FromRegistry(reference, options));
      return this;
    }

    /**
     * Sets who is told how far the check is, if it is of every byte: one of
     * structure takes milliseconds for an image.
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
    public CheckOptions build() {
      return new CheckOptions(level, repair, sources, progress);
    }
  }
}
