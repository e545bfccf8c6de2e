package dev.layerfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a store is opened. Immutable; made by a {@link #builder()}.
 *
 * @param sync whether what a call did survives power loss once it has returned
 * @param hostRoots directories of which something may be mounted in containers; if empty, whatever this process can reach
 */
public record StoreOptions(boolean sync, List<Path> hostRoots) {
  /** A durable store. */
  public static final StoreOptions DEFAULT = new StoreOptions(true, List.of());

  /** Copies the list. */
  public StoreOptions {
    hostRoots = List.copyOf(hostRoots);
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
     * Returns the options.
     *
     * @return new options
     */
    public StoreOptions build() {
      return new StoreOptions(sync, hostRoots);
    }
  }
}
