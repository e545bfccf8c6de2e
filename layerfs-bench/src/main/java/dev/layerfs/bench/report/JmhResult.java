package dev.layerfs.bench.report;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of a benchmark with certain parameters.
 *
 * @param benchmark class and method, {@code ReadBenchmark.stat}
 * @param parameters names and values
 * @param score what JMH computed, per operation
 * @param error the half width of its confidence interval; not a number if there were too few iterations
 * @param unit of score and error
 * @param allocated bytes that one operation allocates, if that was measured
 */
record JmhResult(
    String benchmark,
    Map<String, String> parameters,
    double score,
    double error,
    String unit,
    OptionalDouble allocated) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String IMPLEMENTATION = "implementation";

  /** Reads all files {@code jmh*.json} of a directory. */
  static List<JmhResult> readAll(Path directory) throws IOException {
    List<JmhResult> results = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "jmh*.json")) {
      found.forEach(files::add);
    }
    files.sort(null);
    for (Path file : files) {
      for (JsonNode run : MAPPER.readTree(Files.readString(file))) {
        results.add(parse(run));
      }
    }
    return results;
  }

  private static JmhResult parse(JsonNode run) {
    String name = run.get("benchmark").asString();
    Map<String, String> parameters = new TreeMap<>();
    run.path("params")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asString()));
    if (run.get("threads").asInt() > 1) {
      parameters.put("threads", run.get("threads").asString());
    }
    JsonNode metric = run.get("primaryMetric");
    JsonNode allocated = run.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score");
    return new JmhResult(
        name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
        parameters,
        metric.get("score").asDouble(),
        metric.get("scoreError").asDouble(Double.NaN),
        metric.get("scoreUnit").asString(),
        allocated.isNumber() ? OptionalDouble.of(allocated.asDouble()) : OptionalDouble.empty());
  }

  /** Returns who was measured; empty if the benchmark has only one. */
  String implementation() {
    return parameters.getOrDefault(IMPLEMENTATION, "");
  }

  /** Returns the other parameters, for example {@code layers=100}. */
  String variant() {
    List<String> others = new ArrayList<>();
    parameters.forEach((name, value) -> {
      if (!name.equals(IMPLEMENTATION)) {
        others.add(name + "=" + value);
      }
    });
    return String.join(", ", others);
  }

  /** Returns the number of layers; 1 if the benchmark does not vary it. */
  int layers() {
    return Integer.parseInt(parameters.getOrDefault("layers", "1"));
  }

  /** Tells whether more is better. */
  boolean isRate() {
    return unit.startsWith("ops/");
  }
}
