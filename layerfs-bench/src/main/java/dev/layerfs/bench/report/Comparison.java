package dev.layerfs.bench.report;

import java.util.Locale;

/**
 * What one tool took for one operation, as {@code compare.sh} writes it.
 *
 * @param operation for example {@code load}
 * @param tool for example {@code umoci}; in parentheses if it is no tool but what nobody can do without
 * @param unit of the median
 * @param median of all runs
 * @param runs all of them, ascending
 */
record Comparison(String operation, String tool, String unit, double median, String runs) {
  private static final int FIELDS = 5;
  private static final String OURS = "layerfs";

  /** Reads a line: the fields, separated by tabs. */
  static Comparison parse(String line) {
    String[] fields = line.split("\t", FIELDS);
    return new Comparison(
        fields[0], fields[1], fields[2], Double.parseDouble(fields[3]), fields[4]);
  }

  /** Tells whether the tool is layerfs itself, doing what the others do. */
  boolean isOurs() {
    return tool.equals(OURS);
  }

  /** Tells whether it is no tool but a physical reference, or layerfs in another way. */
  boolean isReference() {
    return tool.startsWith("(") || (!isOurs() && tool.toLowerCase(Locale.ROOT).startsWith(OURS));
  }
}
