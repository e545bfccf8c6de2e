package dev.layerfs.bench.report;

import java.util.List;
import java.util.Locale;

/** Writes numbers as people read them: three digits that count, and a unit in which they are short. */
final class Quantity {
  private static final List<String> TIMES = List.of("ns", "µs", "ms", "s");
  private static final List<String> SIZES = List.of("bytes", "kB", "MB", "GB");
  private static final int STEP = 1000;

  private Quantity() {}

  /** Writes a value with its unit; times and sizes in the unit that fits, others as they are. */
  static String format(double value, String unit) {
    String plain = plain(unit);
    for (List<String> scale : List.of(TIMES, SIZES)) {
      int index = scale.indexOf(plain);
      if (index >= 0) {
        double scaled = value;
        while (index > 0 && scaled < 1) {
          scaled *= STEP;
          index--;
        }
        while (index < scale.size() - 1 && scaled >= STEP) {
          scaled /= STEP;
          index++;
        }
        return number(scaled) + " " + scale.get(index);
      }
    }
    return number(value) + " " + plain;
  }

  /** Tells whether it is a unit of time, by itself or for an operation. */
  static boolean isTime(String unit) {
    return TIMES.contains(plain(unit));
  }

  /** Returns a time in nanoseconds. */
  static double nanoseconds(double value, String unit) {
    int index = TIMES.indexOf(plain(unit));
    if (index < 0) {
      throw new IllegalArgumentException("no unit of time: " + unit);
    }
    return value * Math.pow(STEP, index);
  }

  private static String plain(String unit) {
    return unit.replace("us", "µs").replace("/op", "");
  }

  /** Writes a number with three digits that count. */
  static String number(double value) {
    double magnitude = Math.abs(value);
    int decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
