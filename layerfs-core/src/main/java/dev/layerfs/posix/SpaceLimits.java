package dev.layerfs.posix;

import java.util.OptionalLong;

/**
 * How much the writable layer of a container may take up. What that is counted by says {@link SpaceUsage}. Immutable.
 *
 * @param bytes the most bytes; if absent, as many as the host has
 * @param inodes the most inodes; if absent, as many as the host has
 */
public record SpaceLimits(OptionalLong bytes, OptionalLong inodes) {
  /** No limits. */
  public static final SpaceLimits NONE =
      new SpaceLimits(OptionalLong.empty(), OptionalLong.empty());

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public SpaceLimits {
    if (bytes.orElse(0) < 0 || inodes.orElse(0) < 0) {
      throw new IllegalArgumentException("a limit is negative: " + bytes + ", " + inodes);
    }
  }

  /**
   * Returns a limit of bytes.
   *
   * @param bytes the most bytes, not negative
   * @return the limit alone
   */
  public static SpaceLimits ofBytes(long bytes) {
    return NONE.withBytes(bytes);
  }

  /**
   * Returns these with another limit of bytes.
   *
   * @param limit the most bytes, not negative
   * @return new limits
   */
  public SpaceLimits withBytes(long limit) {
    return new SpaceLimits(OptionalLong.of(limit), inodes);
  }

  /**
   * Returns these with another limit of inodes.
   *
   * @param limit the most inodes, not negative
   * @return new limits
   */
  public SpaceLimits withInodes(long limit) {
    return new SpaceLimits(bytes, OptionalLong.of(limit));
  }

  /**
   * Says whether anything is limited.
   *
   * @return whether there is a limit
   */
  public boolean any() {
    return bytes.isPresent() || inodes.isPresent();
  }
}
