package dev.layerfs.bench.report;

import dev.layerfs.bench.Implementation;
import dev.layerfs.bench.scale.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was measured in one run on one machine.
 *
 * @param machine lines of a name, a tab and a value
 * @param comparisons with other tools
 * @param results of benchmarks
 * @param points of curves
 */
record Run(
    List<String> machine,
    List<Comparison> comparisons,
    List<JmhResult> results,
    List<Point> points) {
  /** Reads the files of a directory; what is missing is taken for empty. */
  static Run read(Path directory) throws IOException {
    return new Run(
        lines(directory.resolve("machine.tsv")),
        lines(directory.resolve("compare.tsv")).stream().map(Comparison::parse).toList(),
        JmhResult.readAll(directory),
        lines(directory.resolve("scale.tsv")).stream().map(Point::parse).toList());
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** Returns what layerfs took for an operation. */
  Optional<Comparison> ours(String operation) {
    return comparisons.stream()
        .filter(one -> one.operation().equals(operation) && one.isOurs())
        .findFirst();
  }

  /** Returns what the fastest other tool took for an operation. */
  Optional<Comparison> fastestOther(String operation) {
    return comparisons.stream()
        .filter(one -> one.operation().equals(operation) && !one.isOurs() && !one.isReference())
        .min(Comparator.comparingDouble(Comparison::median));
  }

  /** Returns what a tool, or the reference whose name begins so, took for an operation. */
  OptionalDouble median(String operation, String tool) {
    return comparisons.stream()
        .filter(one -> one.operation().equals(operation) && one.tool().startsWith(tool))
        .mapToDouble(Comparison::median)
        .findFirst();
  }

  /** Returns the result of a benchmark, {@code ReadBenchmark.stat}, with the most layers for which there is one. */
  Optional<JmhResult> result(String benchmark, Implementation implementation) {
    return results.stream()
        .filter(one -> one.benchmark().equals(benchmark))
        .filter(one ->
            one.implementation().isEmpty() || one.implementation().equals(implementation.name()))
        .max(Comparator.comparingInt(JmhResult::layers));
  }

  /** Returns the value of a curve at a certain place. */
  OptionalDouble at(String curve, long x) {
    return points.stream()
        .filter(point -> point.curve().equals(curve) && point.x() == x)
        .mapToDouble(Point::value)
        .findFirst();
  }

  /** Returns the points of a curve. */
  List<Point> curve(String name) {
    return points.stream().filter(point -> point.curve().equals(name)).toList();
  }
}
