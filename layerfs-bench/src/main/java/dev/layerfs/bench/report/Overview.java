package dev.layerfs.bench.report;

import dev.layerfs.bench.Implementation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The one picture of a run: how many times faster layerfs is than the best other tool, or than the file system beneath. */
final class Overview {
  private static final Map<String, String> READS = reads();

  private final Run run;

  Overview(Run run) {
    this.run = run;
  }

  private static Map<String, String> reads() {
    Map<String, String> reads = new LinkedHashMap<>();
    reads.put("ReadBenchmark.stat", "stat");
    reads.put("ReadBenchmark.lookupMiss", "lookup of a missing name");
    reads.put("ReadBenchmark.read4k", "open and read 4 KiB");
    reads.put("ReadBenchmark.walk", "walk with attributes");
    return Collections.unmodifiableMap(reads);
  }

  /** Draws it. */
  String toSvg() {
    RatioChart chart = new RatioChart(
        "layerfs beside the fastest other tool, and beside ext4",
        "right of 1 ×: layerfs takes less; whole processes, medians of one run; reads in one JVM through java.nio.file");
    for (String operation : operations()) {
      run.ours(operation)
          .ifPresent(
              ours -> run.fastestOther(operation).ifPresent(best -> addTool(chart, ours, best)));
    }
    READS.forEach((benchmark, name) -> run.result(benchmark, Implementation.VIEW)
        .ifPresent(view -> run.result(benchmark, Implementation.DIRECTORY)
            .ifPresent(directory -> addRead(chart, name, view, directory))));
    return chart.toSvg();
  }

  private Set<String> operations() {
    Set<String> operations = new LinkedHashSet<>();
    run.comparisons().forEach(comparison -> operations.add(comparison.operation()));
    return operations;
  }

  private static void addTool(RatioChart chart, Comparison ours, Comparison best) {
    chart.add(
        ours.operation() + " (" + best.tool() + ")",
        best.median() / ours.median(),
        text(
            best.median() / ours.median(), best.median(), best.unit(), ours.median(), ours.unit()));
  }

  private static void addRead(RatioChart chart, String name, JmhResult view, JmhResult directory) {
    double ratio = directory.score() / view.score();
    chart.add(
        name + " (ext4)",
        ratio,
        text(ratio, directory.score(), directory.unit(), view.score(), view.unit()));
  }

  private static String text(
      double ratio, double other, String otherUnit, double ours, String unit) {
    return Quantity.number(ratio) + " ×: " + Quantity.format(other, otherUnit) + " to "
        + Quantity.format(ours, unit);
  }
}
