package dev.layerfs.bench.scale;

import dev.layerfs.bench.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures how everything grows, and prints the exponents:
 *
 * <pre>layerfs-bench/scale.sh FILE [layers=500] [files=1000000] [containers=10000] [threads=64] [images=1000]</pre>
 *
 * <p>Each argument names an experiment and the largest number that it tries; without any, all of them run in full.
 */
public final class Scale {
  private static final List<Experiment> EXPERIMENTS = List.of(
      new LayersExperiment(),
      new FilesExperiment(),
      new ContainersExperiment(),
      new ThreadsExperiment(),
      new ImagesExperiment());

  private Scale() {}

  /** Runs experiments: the first argument is the file for the results, the others choose. */
  public static void main(String[] arguments) throws IOException {
    Map<String, Long> largest = new LinkedHashMap<>();
    for (String choice : Arrays.asList(arguments).subList(1, arguments.length)) {
      String[] parts = choice.split("=", 2);
      largest.put(parts[0], Long.valueOf(parts[1]));
    }
    Consumer<String> log = System.out::println;
    try (Recorder out = new Recorder(Path.of(arguments[0]), log)) {
      for (Experiment experiment : EXPERIMENTS) {
        long most =
            largest.getOrDefault(experiment.variable(), largest.isEmpty() ? Long.MAX_VALUE : 0);
        run(experiment, most, out);
      }
      out.printGrowth();
    }
  }

  private static void run(Experiment experiment, long most, Recorder out) throws IOException {
    for (long x : experiment.steps()) {
      if (x <= most) {
        try (Scratch scratch = Scratch.create()) {
          experiment.measure((int) x, scratch, out);
        }
      }
    }
  }
}
