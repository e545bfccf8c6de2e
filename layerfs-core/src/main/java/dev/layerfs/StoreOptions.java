package dev.layerfs;

/**
 * How a store is opened. Immutable; made by a {@link #builder()}.
 *
 * @param sync whether what a call did survives power loss once it has returned
 */
public record StoreOptions(boolean sync) {
  /** A durable store. */
  public static final StoreOptions DEFAULT = new StoreOptions(true);

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
     * Returns the options.
     *
     * @return new options
     */
    public StoreOptions build() {
      return new StoreOptions(sync);
    }
  }
}
