package dev.layerfs.bench.report;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What the library is meant to reach, and what it does.
 *
 * @param what is measured
 * @param relation {@code ≥} or {@code ≤}
 * @param bound what the value should not pass
 * @param unit of both; {@code ×} for ratios
 * @param measured empty if the run has no value
 */
record Aim(String what, String relation, double bound, String unit, OptionalDouble measured) {
  /** That a value is at least so large. */
  static Aim atLeast(double bound, String unit, String what, OptionalDouble measured) {
    return new Aim(what, "≥", bound, unit, measured);
  }

  /** That a value is at most so large. */
  static Aim atMost(double bound, String unit, String what, OptionalDouble measured) {
    return new Aim(what, "≤", bound, unit, measured);
  }

  /** Returns the aim in words. */
  String wanted() {
    String number = bound == Math.rint(bound)
        ? String.format(Locale.ROOT, "%,d", (long) bound)
        : Double.toString(bound);
    return relation + " " + number + " " + unit;
  }

  /** Returns what was measured in words. */
  String reached() {
    return measured.isPresent()
        ? Quantity.number(measured.getAsDouble()) + " " + unit
        : "not measured";
  }

  /** Returns yes or no; nothing if it was not measured. */
  String verdict() {
    if (measured.isEmpty()) {
      return "";
    }
    boolean met =
        relation.equals("≥") ? measured.getAsDouble() >= bound : measured.getAsDouble() <= bound;
    return met ? "yes" : "no";
  }
}
