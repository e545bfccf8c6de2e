package dev.layerfs.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands, and shows each as it would be typed, what it printed and how long it took. */
final class DemoScript {
  private static final String INDENT = "  ";
  private static final int NANOS_PER_MILLI = 1_000_000;

  private final Terminal terminal;
  private final boolean json;
  private final Path store;
  private final List<Map<String, Object>> steps = new ArrayList<>();
  private String chapter = "";
  private int exitCode = CommandLine.ExitCode.OK;

  /** A step in Java. */
  interface Code {
    void run() throws IOException;
  }

  /**
   * Begins a script.
   *
   * @param terminal where it is shown
   * @param json whether to print one JSON document at the end instead
   * @param store the store that its commands work on
   */
  DemoScript(Terminal terminal, boolean json, Path store) {
    this.terminal = terminal;
    this.json = json;
    this.store = store;
  }

  Path store() {
    return store;
  }

  /** Begins a chapter. */
  void chapter(String title) {
    chapter = title;
    if (!json) {
      terminal.out().println();
      terminal.out().println(title);
    }
  }

  /** Runs a command of this program. */
  void command(String... args) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    long begin = System.nanoTime();
    exitCode = Math.max(exitCode, Main.run(inside(printed), args));
    long nanos = System.nanoTime() - begin;
    show("$ layerfs " + String.join(" ", args), printed.toString(StandardCharsets.UTF_8), nanos);
  }

  /** Runs Java code. */
  void code(String text, Code code) throws IOException {
    long begin = System.nanoTime();
    code.run();
    show(text, "", System.nanoTime() - begin);
  }

  /** Ends the script. Returns the exit code: that of the worst command. */
  int end() {
    if (json) {
      Json.writeLines(terminal.out(), steps.iterator());
    }
    return exitCode;
  }

  private Terminal inside(ByteArrayOutputStream printed) {
    PrintWriter writer = new PrintWriter(printed, false, StandardCharsets.UTF_8);
    return new Terminal(
        InputStream.nullInputStream(),
        printed,
        writer,
        terminal.err(),
        terminal.interactive(),
        false,
        Map.of("LAYERFS_STORE", store.toString()),
        terminal.clock());
  }

  private void show(String step, String printed, long nanos) {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("chapter", chapter);
      document.put("step", step);
      document.put("printed", printed);
      document.put("nanos", nanos);
      steps.add(document);
      return;
    }
    PrintWriter out = terminal.out();
    out.println(INDENT + step + "   (" + (nanos + NANOS_PER_MILLI / 2) / NANOS_PER_MILLI + " ms)");
    printed.lines().forEach(line -> out.println(INDENT + INDENT + line));
    out.flush();
  }
}
