package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs that a test runs to their end. */
final class Programs {
  private Programs() {}

  /**
   * Runs a program without input, and requires that it succeeds.
   *
   * @param program what to run; its errors are made part of its output
   * @return what it printed
   */
  static String run(ProcessBuilder program) throws IOException {
    Process process = program.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), output);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
    return output;
  }
}
