package dev.layerfs.bench.report;

import dev.layerfs.bench.Implementation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one picture of a run: how many times faster layerfs is than the best other tool, or than the file system beneath. */
final class Overview {
  private static final Map<String, String> READS = Map.of(
      "ReadBenchmark.stat", "stat",
      "ReadBenchmark.lookupMiss", "lookup of a missing name",
      "ReadBenchmark.read4k", "open and read 4 KiB",
      "ReadBenchmark.walk", "walk with attributes");

  private final List<Comparison> comparisons;
  private final List<JmhResult> results;

  Overview(List<Comparison> comparisons, List<JmhResult> results) {
    this.comparisons = comparisons;
    this.results = results;
  }

  /** Draws it. */
  String toSvg() {
    RatioChart chart = new RatioChart(
        "layerfs beside the fastest other tool, and beside ext4",
        "right of 1 ×: layerfs takes less; whole processes, medians of one run; reads in one JVM through java.nio.file");
    for (String operation : operations()) {
      ours(operation).ifPresent(ours -> best(operation).ifPresent(best -> addTool(chart, ours, best)));
    }
    for (JmhResult view : results) {
      String name = READS.get(view.benchmark());
      if (name != null && isOf(view, Implementation.VIEW) && isDeepest(view)) {
        directory(view).ifPresent(directory -> addRead(chart, name, view, directory));
      }
    }
    return chart.toSvg();
  }

  private List<String> operations() {
    LinkedHashSet<String> operations = new LinkedHashSet<>();
    comparisons.forEach(comparison -> operations.add(comparison.operation()));
    return new ArrayList<>(operations);
  }

  private Optional<Comparison> ours(String operation) {
    return comparisons.stream()
        .filter(comparison -> comparison.operation().equals(operation) && comparison.isOurs())
        .findFirst();
  }

  private Optional<Comparison> best(String operation) {
    return comparisons.stream()
        .filter(comparison -> comparison.operation().equals(operation)
            && !comparison.isOurs()
            && !comparison.isReference())
        .min(Comparator.comparingDouble(Comparison::median));
  }

  private static void addTool(RatioChart chart, Comparison ours, Comparison best) {
    chart.add(
        ours.operation() + " (" + best.tool() + ")",
        best.median() / ours.median(),
        text(best.median() / ours.median(), best.median(), best.unit(), ours.median(), ours.unit()));
  }

  private static boolean isOf(JmhResult result, Implementation implementation) {
    return result.implementation().equals(implementation.name());
  }

  /** Tells whether no other result of the same benchmark has more layers. */
  private boolean isDeepest(JmhResult result) {
    return results.stream()
        .filter(other -> other.benchmark().equals(result.benchmark()))
        .allMatch(other -> layers(other) <= layers(result));
  }

  private static int layers(JmhResult result) {
    return Integer.parseInt(result.parameters().getOrDefault("layers", "1"));
  }

  private Optional<JmhResult> directory(JmhResult view) {
    return results.stream()
        .filter(other -> other.benchmark().equals(view.benchmark()) && isOf(other, Implementation.DIRECTORY))
        .max(Comparator.comparingInt(Overview::layers));
  }

  private static void addRead(RatioChart chart, String name, JmhResult view, JmhResult directory) {
    double ratio = directory.score() / view.score();
    chart.add(
        name + " (ext4)",
        ratio,
        text(ratio, directory.score(), directory.unit(), view.score(), view.unit()));
  }

  private static String text(double ratio, double other, String otherUnit, double ours, String unit) {
    return Quantity.number(ratio) + " ×: " + Quantity.format(other, otherUnit) + " to " + Quantity.format(ours, unit);
  }
}
