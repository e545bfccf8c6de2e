package dev.layerfs.posix;

/**
 * What is used of what {@link SpaceLimits} limit. Immutable.
 *
 * @param bytes bytes of regular files, each file's size rounded up to 4096; not negative
 * @param inodes files of any type, one for each that has several names; not negative
 */
public record SpaceUsage(long bytes, long inodes) {
  /** Nothing. */
  public static final SpaceUsage NONE = new SpaceUsage(0, 0);

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public SpaceUsage {
    if (bytes < 0 || inodes < 0) {
      throw new IllegalArgumentException("used: " + bytes + " bytes, " + inodes + " inodes");
    }
  }
}
