package dev.layerfs.posix;

import java.time.Instant;

/**
 * A point in time as POSIX keeps it.
 *
 * @param seconds seconds since the epoch, negative before it
 * @param nanos nanoseconds after that second, 0 to 999,999,999
 */
public record Timespec(long seconds, int nanos) {
  /** Checks the range of {@code nanos}. */
  public Timespec {
    if (nanos < 0 || nanos > 999_999_999) {
      throw new IllegalArgumentException("nanoseconds out of range: " + nanos);
    }
  }

  /**
   * Returns the same point in time.
   *
   * @param instant an instant
   * @return the instant as seconds and nanoseconds
   */
  public static Timespec of(Instant instant) {
    return new Timespec(instant.getEpochSecond(), instant.getNano());
  }
}
