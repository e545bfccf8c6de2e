package dev.layerfs;

import dev.layerfs.posix.Identity;
import dev.layerfs.posix.SpaceLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a container is made. Immutable; made by a {@link #builder()}.
 *
 * @param name a name to find it by, unique in the store
 * @param labels labels to keep with it; nothing but the application gives them a meaning
 * @param ephemeral whether it is removed when it is closed
 * @param identity whom it acts for; if absent, root
 * @param limits what its writable layer may take up
 * @param volumes what is mounted in it
 * @param imageVolumes whether it also gets the volumes that its image asks for; a fork, those that its parent has
 * @param maxImageVolumes how many its image may ask for; default 256
 */
public record ContainerOptions(
    Optional<String> name,
    Map<String, String> labels,
    boolean ephemeral,
    Optional<Identity> identity,
    SpaceLimits limits,
    List<VolumeMount> volumes,
    boolean imageVolumes,
    int maxImageVolumes) {
  /** A container without a name or labels that stays until it is removed. */
  public static final ContainerOptions DEFAULT = builder().build();

  /** Copies the collections, and checks the number. */
  public ContainerOptions {
    labels = Map.copyOf(labels);
    volumes = List.copyOf(volumes);
    if (maxImageVolumes <= 0) {
      throw new IllegalArgumentException("maxImageVolumes must be positive: " + maxImageVolumes);
    }
  }

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
    private final Map<String, String> labels = new LinkedHashMap<>();
    private Optional<String> name = Optional.empty();
    private boolean ephemeral;
    private final List<VolumeMount> volumes = new ArrayList<>();
    private Optional<Identity> identity = Optional.empty();
    private SpaceLimits limits = SpaceLimits.NONE;
    private boolean imageVolumes = true;
    private int maxImageVolumes =
        256; // real images have a handful; each costs a directory and a mount

    private Builder() {}

    /**
     * Gives the container a name. {@link LayerStore#create} refuses one that is taken or that is not a letter or digit
     * followed by at most 127 letters, digits, {@code _}, {@code .} and {@code -}, all lower case.
     *
     * @param name the name
     * @return this builder
     */
    public Builder name(String name) {
      this.name = Optional.of(name);
      return this;
    }

    /**
     * Adds a label, or replaces the one with that key.
     *
     * @param key the key, not empty
     * @param value the value
     * @return this builder
     */
    public Builder label(String key, String value) {
      if (key.isEmpty()) {
        throw new IllegalArgumentException("a label needs a key");
      }
      labels.put(key, value);
      return this;
    }

    /**
     * Has the container removed when it is closed, or, if its process dies first, when the store is next opened. Nothing of
     * it is made durable.
     *
     * @return this builder
     */
    public Builder ephemeral() {
      ephemeral = true;
      return this;
    }

    /**
     * Has the container act for somebody else than root: it refuses what the kernel would refuse to a process of this user
     * and these groups that has no capabilities, and new files are theirs. It does so whenever it is opened. User 0 may do
     * everything, as ever.
     *
     * @param uid the user, 0 to 4294967294; no user of the host, only a number
     * @param gids the groups, at least one; the first is that of new files
     * @return this builder
     * @throws IllegalArgumentException if an id is out of range, or there is no group
     */
    public Builder actingAs(long uid, long... gids) {
      return actingAs(Identity.of(uid, gids));
    }

    /**
     * Has the container act for somebody else than root.
     *
     * @param identity the user and the groups
     * @return this builder
     */
    public Builder actingAs(Identity identity) {
      this.identity = Optional.of(identity);
      return this;
    }

    /**
     * Limits how many bytes the files in the container's writable layer may have together, each file's size rounded up to
     * 4096. What would exceed that fails with {@code ENOSPC}, and changes nothing. What the image holds, and what was written
     * before the last checkpoint, fork or commit, is not counted. The limit holds whenever the container is opened or
     * mounted; it is mounted only where the kernel can enforce it.
     *
     * @param bytes the limit, not negative
     * @return this builder
     */
    public Builder sizeLimit(long bytes) {
      limits = limits.withBytes(bytes);
      return this;
    }

    /**
     * Limits how many files of any type the container's writable layer may have; deletions need none.
     *
     * @param inodes the limit, not negative
     * @return this builder
     * @see #sizeLimit
     */
    public Builder inodeLimit(long inodes) {
      limits = limits.withInodes(inodes);
      return this;
    }

    /**
     * Mounts something in the container whenever it is opened. What is mounted is no part of the container: its changes, the
     * images that are made of it, and its exports don't have it. Two mounts at one path are refused when it is made.
     *
     * @param mount what is mounted where
     * @return this builder
     */
    public Builder volume(VolumeMount mount) {
      volumes.add(mount);
      return this;
    }

    /**
     * Mounts a volume of the store, made if there is none. If it is empty, what the image has at the path is copied into it.
     *
     * @param name its name
     * @param target an absolute path of the container
     * @return this builder
     */
    public Builder volume(String name, String target) {
      return volume(VolumeMount.named(name, target));
    }

    /**
     * Mounts a directory or file of the host, or of another file system that {@link Path#toUri} names.
     *
     * @param source an existing directory or file
     * @param target an absolute path of the container
     * @return this builder
     */
    public Builder bind(Path source, String target) {
      return volume(VolumeMount.bind(source, target));
    }

    /**
     * Mounts a new file system in memory.
     *
     * @param target an absolute path of the container
     * @param maxBytes how much its files may take
     * @return this builder
     */
    public Builder tmpfs(String target, long maxBytes) {
      return volume(VolumeMount.tmpfs(target, maxBytes));
    }

    /**
     * Leaves out the volumes that the image asks for, or, in a fork, those that the parent has: the paths are then parts of the
     * container as others are.
     *
     * @return this builder
     */
    public Builder withoutImageVolumes() {
      imageVolumes = false;
      return this;
    }

    /**
     * Bounds how many volumes the image may ask for. If it asks for more, making the container fails with a {@link
     * dev.layerfs.error.LimitExceededException}.
     *
     * @param count a number of volumes
     * @return this builder
     * @throws IllegalArgumentException from {@link #build} if it is not positive
     */
    public Builder maxImageVolumes(int count) {
      maxImageVolumes = count;
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public ContainerOptions build() {
      return new ContainerOptions(
          name, labels, ephemeral, identity, limits, volumes, imageVolumes, maxImageVolumes);
    }
  }
}
