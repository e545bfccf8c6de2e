package dev.layerfs.bench.report;

import dev.layerfs.bench.Implementation;
import dev.layerfs.bench.scale.Growth;
import dev.layerfs.bench.scale.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes {@code index.html}, {@code overview.svg} and {@code aims.md} of the results in a directory; what is missing is left out:
 *
 * <pre>layerfs-bench/report.sh DIR</pre>
 *
 * <p>{@code jmh*.json} are JMH's results, {@code compare.tsv} is that of {@code compare.sh}, {@code scale.tsv} that of {@code
 * scale.sh}, and {@code machine.tsv} describes the machine, a name and a value a line. {@code record.sh} makes them all.
 */
public final class Report {
  private final Run run;

  private Report(Run run) {
    this.run = run;
  }

  /** Makes the report of the directory that is the only argument. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Run run = Run.read(directory);
    String overview = new Overview(run).toSvg();
    Aims aims = new Aims(run);
    Files.writeString(directory.resolve("overview.svg"), overview);
    Files.writeString(directory.resolve("aims.md"), aims.toMarkdown());
    Files.writeString(directory.resolve("index.html"), new Report(run).page(overview, aims));
  }

  private String page(String overview, Aims aims) {
    Page page = new Page("layerfs, measured");
    page.paragraph(
        "One machine, one run: only ratios within it mean anything. What is compared, and how to repeat it, is in performance.md.");
    page.table(machine()).picture(overview).heading("Aims").table(aims.rows());
    addComparisons(page);
    addBenchmarks(page);
    addGrowth(page);
    return page.end();
  }

  private List<List<String>> machine() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("machine", ""));
    for (String line : run.machine()) {
      rows.add(List.of(line.split("\t", 2)));
    }
    return rows;
  }

  private static <T> Map<String, List<T>> group(List<T> all, Function<T, String> key) {
    return all.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  private void addComparisons(Page page) {
    page.heading("Beside other tools");
    page.paragraph("Whole processes, medians. In parentheses: what nobody can do without.");
    group(run.comparisons(), Comparison::operation).forEach((operation, tools) -> {
      BarChart chart = new BarChart(operation);
      for (Comparison tool : tools) {
        chart.add(
            tool.tool(),
            tool.median(),
            Quantity.format(tool.median(), tool.unit()) + relation(tool, tools),
            tool.isOurs() ? 0 : tool.isReference() ? 4 : 1);
      }
      page.picture(chart.toSvg());
    });
    List<List<String>> rows =
        new ArrayList<>(List.of(List.of("operation", "tool", "median", "unit", "all runs")));
    run.comparisons()
        .forEach(one -> rows.add(List.of(
            one.operation(), one.tool(), Quantity.number(one.median()), one.unit(), one.runs())));
    page.table(rows);
  }

  private static String relation(Comparison tool, List<Comparison> tools) {
    Optional<Comparison> ours = tools.stream().filter(Comparison::isOurs).findFirst();
    return ours.isEmpty() || tool.isOurs()
        ? ""
        : " (" + Quantity.number(tool.median() / ours.get().median()) + " ×)";
  }

  private void addBenchmarks(Page page) {
    page.heading("In one JVM");
    page.paragraph(
        "JMH, per operation: time, 99.9 % interval, ratio to the plain directory, bytes allocated.");
    group(
            run.results(),
            result ->
                result.benchmark() + (result.variant().isEmpty() ? "" : " · " + result.variant()))
        .forEach((title, bars) -> {
          BarChart chart = new BarChart(title + (bars.get(0).isRate() ? " (more is better)" : ""));
          for (JmhResult bar : bars) {
            String name = bar.implementation().isEmpty() ? "layerfs" : words(bar.implementation());
            chart.add(name, bar.score(), label(bar, bars), colour(bar));
          }
          page.picture(chart.toSvg());
        });
  }

  private static String words(String implementation) {
    return implementation.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static int colour(JmhResult result) {
    return result.implementation().isEmpty()
        ? 0
        : Implementation.valueOf(result.implementation()).ordinal();
  }

  private static String label(JmhResult result, List<JmhResult> all) {
    StringBuilder text = new StringBuilder(Quantity.format(result.score(), result.unit()));
    if (!Double.isNaN(result.error())) {
      text.append(" ± ").append(Quantity.format(result.error(), result.unit()));
    }
    all.stream()
        .filter(other ->
            other.implementation().equals(Implementation.DIRECTORY.name()) && other != result)
        .findFirst()
        .ifPresent(directory -> text.append(", ")
            .append(Quantity.number(result.score() / directory.score()))
            .append(" ×"));
    result
        .allocated()
        .ifPresent(bytes -> text.append(", ").append(Math.round(bytes)).append(" B"));
    return text.toString();
  }

  private void addGrowth(Page page) {
    List<Point> points =
        run.points().stream().filter(point -> point.value() > 0).toList();
    page.heading("Growth");
    page.paragraph(
        "Both axes are logarithmic; the dashed line is the power that fits best. 0 is constant, 1 in proportion.");
    Map<String, List<Point>> curves =
        group(points, point -> point.variable() + ": " + point.curve());
    page.pictures(
        curves.values().stream().map(curve -> new GrowthChart(curve).toSvg()).toList());
    List<List<String>> rows = new ArrayList<>(List.of(List.of("curve", "from", "to", "exponent")));
    curves.forEach((name, curve) -> rows.add(List.of(
        name,
        at(curve.get(0)),
        at(curve.get(curve.size() - 1)),
        Quantity.number(Growth.of(curve).exponent()))));
    page.table(rows);
  }

  private static String at(Point point) {
    return Quantity.format(point.value(), point.unit()) + " at " + point.x();
  }
}
