package dev.layerfs.bench.scale;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what is measured to a file, a {@link Point} a line, and prints it as it comes. */
final class Recorder implements Closeable {
  private final Writer file;
  private final PrintStream out;
  private final Map<String, List<Point>> curves = new LinkedHashMap<>();

  Recorder(Path file, PrintStream out) throws IOException {
    this.file = Files.newBufferedWriter(file);
    this.out = out;
  }

  /** Records a value; what is recorded is in the file when this returns. */
  void record(String curve, String variable, String unit, long x, double value) throws IOException {
    Point point = new Point(curve, variable, unit, x, value);
    curves.computeIfAbsent(curve, name -> new ArrayList<>()).add(point);
    file.write(point.toLine() + "\n");
    file.flush();
    out.printf("%-44s %9d %-10s %14.3f %s%n", curve, x, variable, value, unit);
  }

  /** Prints the exponent of each curve. */
  void printGrowth() {
    curves.forEach((curve, points) -> out.printf(
        "%-44s grows as %s^%.2f%n",
        curve, points.get(0).variable(), Growth.of(points).exponent()));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
