package dev.layerfs.volume;

import dev.layerfs.posix.Identity;
import dev.layerfs.union.Quota;
import org.jspecify.annotations.Nullable;

/**
 * How a host directory is shown.
 *
 * @param identity who makes the changes
 * @param readOnly whether nothing can be changed
 * @param quota what changes are charged to; null if there is no limit
 */
public record HostViewOptions(
    Identity identity, boolean readOnly, @Nullable Quota quota) {
  /** Root, who may change everything, without limit. */
  public static final HostViewOptions DEFAULT = new HostViewOptions(Identity.ROOT, false, null);

  /**
   * Returns the same for another identity.
   *
   * @param other who makes the changes
   * @return the options
   */
  public HostViewOptions by(Identity other) {
    return new HostViewOptions(other, readOnly, quota);
  }

  /**
   * Returns the same with nothing that can be changed.
   *
   * @return the options
   */
  public HostViewOptions unchangeable() {
    return new HostViewOptions(identity, true, quota);
  }

  /**
   * Returns the same with a limit.
   *
   * @param limit what changes are charged to
   * @return the options
   */
  public HostViewOptions within(Quota limit) {
    return new HostViewOptions(identity, readOnly, limit);
  }
}
