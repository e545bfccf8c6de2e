package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Answers requests with what the kernel does to a plain directory: {@code kernel_ops.py}. */
final class KernelOps implements Closeable {
  private final Process process;
  private final BufferedReader answers;

  /**
   * Starts the program.
   *
   * @param directory what becomes its root
   * @param script a file to write it to
   */
  KernelOps(Path directory, Path script) throws IOException {
    try (InputStream program = KernelOps.class.getResourceAsStream("kernel_ops.py")) {
      Files.copy(Objects.requireNonNull(program), script);
    }
    process = new ProcessBuilder("python3", "-X", "utf8", script.toString(), directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Skips the test where there is no kernel to ask. */
  static void assume(Path directory) throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "needs Linux");
    assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid")), "needs root");
    assumeTrue(
        Files.getFileStore(directory).supportsFileAttributeView("user"),
        "the file system has no user attributes");
    for (String program : List.of("python3", "tar")) {
      boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
          .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
      assumeTrue(found, program + " is not installed");
    }
  }

  /** Sends a request and returns the answer. */
  Map<?, ?> answer(String line) throws IOException {
    OutputStream requests = process.getOutputStream();
    requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    requests.flush();
    String answer = answers.readLine();
    assertNotNull(answer, () -> "kernel_ops.py has ended at " + line);
    byte[] document = answer.getBytes(StandardCharsets.UTF_8);
    return (Map<?, ?>) Objects.requireNonNull(JsonReader.unbounded().read(document));
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
