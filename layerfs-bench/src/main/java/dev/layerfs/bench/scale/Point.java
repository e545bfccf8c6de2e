package dev.layerfs.bench.scale;

/**
 * A measured value.
 *
 * @param curve what was measured
 * @param variable of what it is a function, {@code layers} for example
 * @param unit of the value
 * @param x how many there were, more than 0
 * @param value what was measured
 */
public record Point(String curve, String variable, String unit, long x, double value) {
  private static final int FIELDS = 5;

  /** Reads a line that {@link #toLine} has made. */
  public static Point parse(String line) {
    String[] fields = line.split("\t", FIELDS);
    return new Point(
        fields[0], fields[1], fields[2], Long.parseLong(fields[3]), Double.parseDouble(fields[4]));
  }

  /** Returns the fields, separated by tabs. */
  public String toLine() {
    return String.join("\t", curve, variable, unit, Long.toString(x), Double.toString(value));
  }
}
