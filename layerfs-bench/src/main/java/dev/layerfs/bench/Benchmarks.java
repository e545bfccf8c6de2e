package dev.layerfs.bench;

import java.util.Arrays;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks with JMH's own options, without the implementations that this machine does not have. */
public final class Benchmarks {
  private static final String IMPLEMENTATION = "implementation";

  private Benchmarks() {}

  /** Runs those that the arguments name, or does what else JMH's options ask for. */
  public static void main(String[] arguments) throws Exception {
    CommandLineOptions options = new CommandLineOptions(arguments);
    if (options.shouldHelp()
        || options.shouldList()
        || options.shouldListWithParams()
        || options.shouldListProfilers()
        || options.shouldListResultFormats()) {
      org.openjdk.jmh.Main.main(arguments);
    } else {
      new Runner(withImplementations(options)).run();
    }
  }

  private static Options withImplementations(CommandLineOptions options) {
    String[] wanted = options.getParameter(IMPLEMENTATION).hasValue()
        ? options.getParameter(IMPLEMENTATION).get().toArray(String[]::new)
        : Arrays.stream(Implementation.values()).map(Enum::name).toArray(String[]::new);
    String[] present = Arrays.stream(wanted).filter(Benchmarks::isHere).toArray(String[]::new);
    return new OptionsBuilder().parent(options).param(IMPLEMENTATION, present).build();
  }

  private static boolean isHere(String implementation) {
    return Implementation.valueOf(implementation)
        .obstacle()
        .map(reason -> {
          System.err.println("skipped: " + implementation + ": " + reason);
          return false;
        })
        .orElse(true);
  }
}
