package dev.layerfs;

import dev.layerfs.nio.LayerFileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a store is opened. Immutable; made by a {@link #builder()}.
 *
 * @param sync whether what a call did survives power loss once it has returned
 * @param hostRoots directories of which something may be mounted in containers; if empty, whatever this process can reach
 * @param reservedBytes what adding images leaves of the file system; if empty 64 MiB, or a sixteenth of a small file system
 * @param maxAccountFileBytes what {@code /etc/passwd} and {@code /etc/group} of a root file system may have, if names of users are
 *     to be known; default {@code 1 << 20}
 */
public record StoreOptions(
    boolean sync, List<Path> hostRoots, OptionalLong reservedBytes, int maxAccountFileBytes) {
  /** A durable store. */
  public static final StoreOptions DEFAULT = builder().build();

  /** Copies the list, and checks the numbers. */
  public StoreOptions {
    hostRoots = List.copyOf(hostRoots);
    if (reservedBytes.orElse(0) < 0) {
      throw new IllegalArgumentException("reservedBytes must not be negative: " + reservedBytes);
    }
    if (maxAccountFileBytes <= 0) {
      throw new IllegalArgumentException(
          "maxAccountFileBytes must be positive: " + maxAccountFileBytes);
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
    private final List<Path> hostRoots = new ArrayList<>();
    private boolean sync = true;
    private OptionalLong reservedBytes = OptionalLong.empty();
    private int maxAccountFileBytes = LayerFileSystem.MAX_ACCOUNT_FILE_BYTES;

    private Builder() {}

    /**
     * Leaves it to the operating system when data reaches the disk. Power loss or a crash of the system may then destroy
     * the store, also what was in it before; the death of a process can't. For stores that can be thrown away.
     *
     * @return this builder
     */
    public Builder unsafeNoSync() {
      sync = false;
      return this;
    }

    /**
     * Lets containers be given directories and files of this directory, and of others that are allowed, and nothing else of the
     * host. A path that leaves them through a symbolic link is refused. It is checked whenever a container is opened or
     * mounted; what a container has in its record from another time is refused as well.
     *
     * @param directory an existing directory
     * @return this builder
     */
    public Builder allowHostPaths(Path directory) {
      hostRoots.add(directory);
      return this;
    }

    /**
     * Says how much space is left to others, containers among them, by whatever adds images: loads, pulls, builds, commits,
     * imports. However many run at the same time, in however many processes, each fails before less is left, with a
     * {@link dev.layerfs.error.LimitExceededException} that has this name, and leaves nothing behind.
     *
     * @param bytes of the store's file system, as much as its owner can use; 0 for nothing
     * @return this builder
     * @throws IllegalArgumentException from {@link #build} if it is negative
     */
    public Builder reservedBytes(long bytes) {
      reservedBytes = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Bounds what is read of {@code /etc/passwd} and {@code /etc/group} of a container or image. In a larger file users are
     * known by their numbers alone, and looking up a name fails with a {@link dev.layerfs.error.LimitExceededException}.
     *
     * @param bytes of each file
     * @return this builder
     * @throws IllegalArgumentException from {@link #build} if it is not positive
     */
    public Builder maxAccountFileBytes(int bytes) {
      maxAccountFileBytes = bytes;
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public StoreOptions build() {
      return new StoreOptions(sync, hostRoots, reservedBytes, maxAccountFileBytes);
    }
  }
}
