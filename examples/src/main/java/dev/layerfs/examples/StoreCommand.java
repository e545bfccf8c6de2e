package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that works on the store. */
@Command
@SuppressWarnings("NullAway.Init") // picocli sets both fields before it calls the command
abstract class StoreCommand implements Callable<Integer> {
  @ParentCommand
  private Main main;

  @Spec
  private CommandSpec spec;

  private int exitCode = CommandLine.ExitCode.OK;

  /**
   * Does the command's work.
   *
   * @param store the open store
   * @throws IOException if it fails
   */
  abstract void run(LayerStore store) throws IOException;

  @Override
  public Integer call() throws IOException {
    Path directory = main.store().toAbsolutePath();
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (LayerStore store = LayerStore.open(directory)) {
      run(store);
    }
    return exitCode;
  }

  final Terminal terminal() {
    return main.terminal();
  }

  final PrintWriter out() {
    return main.terminal().out();
  }

  final boolean json() {
    return main.json();
  }

  /** Tells of something that was left out, and goes on. */
  final void warn(String message) {
    main.terminal().err().println("layerfs: " + Human.printable(message));
  }

  /** Prints a document of several lines. */
  final void print(Object document) {
    Json.writePretty(out(), document);
  }

  /** Prints a list, an element a line. */
  final void printAll(Iterator<?> elements) {
    Json.writeLines(out(), elements);
  }

  final ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Something done to one of several objects. */
  interface Step {
    void accept(String name) throws IOException;
  }

  /** Does something to each object, goes on after a failure, and fails in the end if one did. */
  final void forEach(List<String> names, Step step) {
    for (String name : names) {
      try {
        step.accept(name);
      } catch (IOException | IllegalArgumentException e) {
        exitCode = Math.max(exitCode, main.failed(e));
      }
    }
  }
}
