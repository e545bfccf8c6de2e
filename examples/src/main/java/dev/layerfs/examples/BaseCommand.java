package dev.layerfs.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have. */
@Command
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls the command
abstract class BaseCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  private int exitCode = CommandLine.ExitCode.OK;

  /**
   * Does the command's work.
   *
   * @throws IOException if it fails
   */
  abstract void run() throws IOException;

  @Override
  public final Integer call() throws IOException {
    run();
    return exitCode;
  }

  /** Returns the command that this is a command of, or a command of a command. */
  final Main main() {
    return (Main) spec.root().userObject();
  }

  final Terminal terminal() {
    return main().terminal();
  }

  final PrintWriter out() {
    return main().terminal().out();
  }

  final boolean json() {
    return main().json();
  }

  /** Tells of something that was left out, and goes on. */
  final void warn(String message) {
    main().terminal().err().println("layerfs: " + Human.printable(message));
  }

  /** Prints a document of several lines. */
  final void print(Object document) {
    Json.writePretty(out(), document);
  }

  /** Prints a list, an element a line. */
  final void printAll(Iterator<?> elements) {
    Json.writeLines(out(), elements);
  }

  /** Prints names, a name a line. */
  final void printNames(List<String> names) {
    if (json()) {
      printAll(names.iterator());
    } else {
      names.forEach(name -> out().println(Human.printable(name)));
    }
  }

  final ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Has the command end with the exit code of a failure, although it has told what it had to. */
  final void failInTheEnd() {
    exitCode = Math.max(exitCode, CommandLine.ExitCode.SOFTWARE);
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
        exitCode = Math.max(exitCode, main().failed(e));
      }
    }
  }
}
