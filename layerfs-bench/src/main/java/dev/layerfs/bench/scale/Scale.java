package dev.layerfs.bench.scale;

import dev.layerfs.bench.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures how something grows, and prints the exponents. Each experiment has a JVM of its own, since heap and compiled code of one
 * would change the next:
 *
 * <pre>layerfs-bench/scale.sh FILE [layers=500] [files=1000000] [containers=10000] [threads=64] [images=1000]</pre>
 */
public final class Scale {
  private static final List<Experiment> EXPERIMENTS = List.of(
      new LayersExperiment(),
      new FilesExperiment(),
      new ContainersExperiment(),
      new ThreadsExperiment(),
      new ImagesExperiment());

  private Scale() {}

  /** Runs an experiment: the arguments are the file for the results, and its name with the largest number that it tries. */
  public static void main(String[] arguments) throws IOException {
    String[] choice = arguments[1].split("=", 2);
    Experiment experiment = EXPERIMENTS.stream()
        .filter(each -> each.variable().equals(choice[0]))
        .findFirst()
        .orElseThrow();
    Consumer<String> log = System.out::println;
    try (Recorder out = new Recorder(Path.of(arguments[0]), log)) {
      run(experiment, Long.parseLong(choice[1]), out);
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
