package dev.layerfs.bench.scale;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Adds what is measured to a file, a {@link Point} a line, and prints it as it comes. */
final class Recorder implements Closeable {
  private final Writer file;
  private final Consumer<String> log;
  private final Map<String, List<Point>> curves = new LinkedHashMap<>();

  Recorder(Path file, Consumer<String> log) throws IOException {
    this.file = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    this.log = log;
  }

  /** Records a value; what is recorded is in the file when this returns. */
  void record(String curve, String variable, String unit, long x, double value) throws IOException {
    Point point = new Point(curve, variable, unit, x, value);
    curves.computeIfAbsent(curve, name -> new ArrayList<>()).add(point);
    file.write(point.toLine() + "\n");
    file.flush();
    log.accept(
        String.format(Locale.ROOT, "%-44s %9d %-10s %14.3f %s", curve, x, variable, value, unit));
  }

  /** Prints the exponent of each curve. */
  void printGrowth() {
    curves.forEach((curve, points) -> log.accept(String.format(
        Locale.ROOT,
        "%-44s grows as %s^%.2f",
        curve,
        points.get(0).variable(),
        Growth.of(points).exponent())));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
