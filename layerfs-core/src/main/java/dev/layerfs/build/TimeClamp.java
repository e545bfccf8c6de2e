package dev.layerfs.build;

import dev.layerfs.posix.Timespec;
import java.time.Instant;
import java.util.Optional;

/**
 * What SOURCE_DATE_EPOCH asks for (reproducible-builds.org): whatever is later than a time gets that time, what is not stays.
 *
 * @param limit the time; if absent, nothing is changed
 */
public record TimeClamp(Optional<Instant> limit) {
  /** Returns a time that is not later. */
  Timespec apply(Timespec time) {
    if (limit.isEmpty()) {
      return time;
    }
    Timespec latest = Timespec.of(limit.get());
    return isAfter(time, latest) ? latest : time;
  }

  static boolean isAfter(Timespec a, Timespec b) {
    return a.seconds() != b.seconds() ? a.seconds() > b.seconds() : a.nanos() > b.nanos();
  }
}
