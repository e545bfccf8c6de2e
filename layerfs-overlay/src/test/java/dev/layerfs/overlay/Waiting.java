package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A process that holds something, from the line "ready" that it prints until the end of its input. */
final class Waiting implements Closeable {
  private final Process process;
  private final BufferedReader output;

  private Waiting(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  /** Starts a program and waits until it is ready. */
  static Waiting of(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    Waiting waiting = new Waiting(process);
    assertEquals("ready", waiting.output.readLine());
    return waiting;
  }

  /** Starts a shell script that gets ready and then waits; {@code $0} is the argument. */
  static Waiting script(String script, Object argument) throws IOException {
    return of("sh", "-c", script + "; echo ready; read line", argument.toString());
  }

  /** Starts a Python script that gets ready and then waits; {@code sys.argv[1]} is the argument. */
  static Waiting python(String script, Object argument) throws IOException {
    String all = "import sys, mmap; " + script + "; print('ready', flush=True); sys.stdin.read()";
    return of("python3", "-c", all, argument.toString());
  }

  long pid() {
    return process.pid();
  }

  /** Lets it go on, and returns what else it prints. */
  String rest() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    StringBuilder text = new StringBuilder();
    output.lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try (output) {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }
}
