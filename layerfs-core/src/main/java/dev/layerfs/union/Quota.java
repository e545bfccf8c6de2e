package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.PosixException;

/**
 * What a tree may take up, and how much of that it does: bytes of regular files, each file's size rounded up to whole
 * blocks, and inodes. Attributes, targets of links and entries of directories are not counted as bytes.
 *
 * <p>Safe for threads. What all of them have charged together is never above a limit that it was not above before, and no
 * charge fails that would have fitted.
 */
public final class Quota {
  /** Stands for a limit that there is not. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** The size of a block, in bytes, which content is rounded up to. */
  public static final int BLOCK = 4096;

  private final long maxBytes;
  private final long maxInodes;
  private long bytes;
  private long inodes;

  /**
   * Creates a quota. What is used may be above a limit already: then nothing more can be charged of that kind.
   *
   * @param maxBytes the limit of bytes, or {@link #UNLIMITED}
   * @param maxInodes the limit of inodes, or {@link #UNLIMITED}
   * @param usedBytes the bytes that are used already
   * @param usedInodes the inodes that are used already
   * @throws IllegalArgumentException if a number is negative
   */
  public Quota(long maxBytes, long maxInodes, long usedBytes, long usedInodes) {
    this.maxBytes = notNegative(maxBytes, "maxBytes");
    this.maxInodes = notNegative(maxInodes, "maxInodes");
    this.bytes = notNegative(usedBytes, "usedBytes");
    this.inodes = notNegative(usedInodes, "usedInodes");
  }

  private static long notNegative(long value, String what) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is negative: " + value);
    }
    return value;
  }

  /**
   * Returns the bytes that content of a size is charged with.
   *
   * @param size a size in bytes, not negative
   * @return the size rounded up to whole blocks; {@link #UNLIMITED} if that is no {@code long}
   */
  public static long space(long size) {
    long rest = size % BLOCK;
    return rest == 0 ? size : saturated(size - rest, BLOCK);
  }

  /**
   * Charges both or, if one of them does not fit, neither.
   *
   * @param moreBytes how many bytes more, not negative; 0 always fits
   * @param moreInodes how many inodes more, not negative; 0 always fits
   * @throws PosixException {@link Errno#ENOSPC} if that is more than a limit allows; then nothing was charged
   */
  public synchronized void charge(long moreBytes, long moreInodes) throws PosixException {
    notNegative(moreBytes, "bytes");
    notNegative(moreInodes, "inodes");
    if (!fits(moreBytes, maxBytes, bytes)) {
      throw full(moreBytes, "bytes", bytes, maxBytes);
    } else if (!fits(moreInodes, maxInodes, inodes)) {
      throw full(moreInodes, "inodes", inodes, maxInodes);
    }
    bytes = saturated(bytes, moreBytes);
    inodes = saturated(inodes, moreInodes);
  }

  private static boolean fits(long more, long max, long used) {
    return more == 0 || max == UNLIMITED || more <= max - used;
  }

  private static PosixException full(long more, String unit, long used, long max) {
    return new PosixException(
        Errno.ENOSPC, more + " " + unit + " more than the " + used + " of " + max + " used");
  }

  private static long saturated(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  /**
   * Gives back what was charged.
   *
   * @param lessBytes bytes that are not used any more, not negative
   * @param lessInodes inodes that are not used any more, not negative
   * @throws IllegalStateException if that is more than is used; then nothing was given back
   */
  public synchronized void release(long lessBytes, long lessInodes) {
    notNegative(lessBytes, "bytes");
    notNegative(lessInodes, "inodes");
    if (lessBytes > bytes || lessInodes > inodes) {
      throw new IllegalStateException(
          lessBytes + " bytes and " + lessInodes + " inodes given back of " + this);
    }
    bytes -= lessBytes;
    inodes -= lessInodes;
  }

  /**
   * Returns the limit of bytes.
   *
   * @return the limit, or {@link #UNLIMITED}
   */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * Returns the limit of inodes.
   *
   * @return the limit, or {@link #UNLIMITED}
   */
  public long maxInodes() {
    return maxInodes;
  }

  /**
   * Returns the bytes that are used.
   *
   * @return bytes, a whole number of blocks if only {@linkplain #space spaces} were charged
   */
  public synchronized long usedBytes() {
    return bytes;
  }

  /**
   * Returns the inodes that are used.
   *
   * @return a number
   */
  public synchronized long usedInodes() {
    return inodes;
  }

  /**
   * Returns how much room a limit of bytes leaves on a file system; the same without one.
   *
   * @param whole how much room the file system has, in blocks of {@link #BLOCK} bytes
   * @return the limit, and what is left of it
   */
  public FileSystemStat within(FileSystemStat whole) {
    if (maxBytes == UNLIMITED) {
      return whole;
    }
    long free = Math.max(0, maxBytes - usedBytes()) / BLOCK;
    return new FileSystemStat(
        BLOCK, maxBytes / BLOCK, free, Math.min(free, whole.availableBlocks()), whole.readOnly());
  }

  @Override
  public synchronized String toString() {
    return bytes + " bytes of " + limit(maxBytes) + ", " + inodes + " inodes of "
        + limit(maxInodes);
  }

  private static String limit(long max) {
    return max == UNLIMITED ? "any number" : String.valueOf(max);
  }
}
