package dev.layerfs.bench.report;

import dev.layerfs.bench.Implementation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The one picture of a run: how many times faster layerfs is than the best other tool, or than the file system beneath. */
final class Overview {
  /**
   * What is done in a JVM that runs, as layerfs is used, and by the others with a process for each.
   *
   * @param operation what the others do
   * @param benchmark what layerfs does, and more
   * @param name what it is called
   */
  private record InProcess(String operation, String benchmark, String name) {}

  /**
   * A benchmark that has the same in a plain directory.
   *
   * @param benchmark the benchmark
   * @param name what it is called
   */
  private record Read(String benchmark, String name) {}

  private static final List<InProcess> IN_PROCESS = List.of(
      new InProcess("create", "ContainerBenchmark.life", "create, read, remove, in a JVM"),
      new InProcess(
          "mount", "MountBenchmark.createMountRemove", "create, mount, remove, in a JVM"));

  private static final List<Read> READS = List.of(
      new Read("ReadBenchmark.stat", "stat"),
      new Read("ReadBenchmark.lookupMiss", "lookup of a missing name"),
      new Read("ReadBenchmark.read4k", "open and read 4 KiB"),
      new Read("ReadBenchmark.walk", "walk with attributes"));

  /** Commands so short that they would show how long a JVM takes to start; the page has them. */
  private static final Set<String> SHORT = Set.of("create", "mount", "remove container");

  private final Run run;

  Overview(Run run) {
    this.run = run;
  }

  /** Draws it. */
  String toSvg() {
    RatioChart chart = new RatioChart(
        "layerfs beside the fastest other tool, and beside ext4",
        "right of 1 ×: layerfs takes less. Medians of one run, whole processes unless it says: in a JVM");
    operations().forEach(operation -> addOperation(chart, operation));
    IN_PROCESS.forEach(each -> addInProcess(chart, each));
    READS.forEach(read -> addRead(chart, read));
    return chart.toSvg();
  }

  private Set<String> operations() {
    Set<String> operations = new LinkedHashSet<>();
    run.comparisons().forEach(comparison -> operations.add(comparison.operation()));
    operations.removeAll(SHORT);
    return operations;
  }

  private void addOperation(RatioChart chart, String operation) {
    run.ours(operation)
        .ifPresent(ours -> run.fastestOther(operation)
            .ifPresent(best -> add(
                chart,
                operation + " (" + best.tool() + ")",
                new Value(best.median(), best.unit()),
                new Value(ours.median(), ours.unit()))));
  }

  private void addInProcess(RatioChart chart, InProcess each) {
    run.result(each.benchmark(), Implementation.VIEW)
        .ifPresent(ours -> run.fastestOther(each.operation())
            .ifPresent(best -> add(
                chart,
                each.name() + " (" + best.tool() + ")",
                new Value(best.median(), best.unit()),
                new Value(ours.score(), ours.unit()))));
  }

  private void addRead(RatioChart chart, Read read) {
    run.result(read.benchmark(), Implementation.VIEW)
        .ifPresent(view -> run.result(read.benchmark(), Implementation.DIRECTORY)
            .ifPresent(directory -> add(
                chart,
                read.name() + ", in a JVM (ext4)",
                new Value(directory.score(), directory.unit()),
                new Value(view.score(), view.unit()))));
  }

  /** A number with its unit. */
  private record Value(double number, String unit) {
    /** Returns it in the smallest unit of its kind, so that others can be compared with it. */
    double comparable() {
      return Quantity.isTime(unit) ? Quantity.nanoseconds(number, unit) : number;
    }

    @Override
    public String toString() {
      return Quantity.format(number, unit);
    }
  }

  private static void add(RatioChart chart, String name, Value other, Value ours) {
    double ratio = other.comparable() / ours.comparable();
    chart.add(name, ratio, Quantity.number(ratio) + " ×: " + other + " to " + ours);
  }
}
