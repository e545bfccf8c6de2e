package dev.layerfs.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /** Reads a file with a line for each, fields separated by tabs; none if there is no such file. */
  static List<Comparison> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream().map(Comparison::parse).toList();
  }

  private static Comparison parse(String line) {
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
