package dev.layerfs.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of the host. */
public final class Tool {
  private Tool() {}

  /**
   * What came of it.
   *
   * @param status the exit status
   * @param output standard output and standard error
   */
  public record Result(int status, String output) {}

  /** Skips the test if a program is not installed. */
  public static void assume(String program) {
    boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    assumeTrue(found, program + " is not installed");
  }

  /** Runs a program to its end, without input. */
  public static Result run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }

  /** Runs fsck.erofs over an image and its devices, content included. */
  public static Result fsck(Path image, List<Path> devices) throws IOException {
    List<String> command = new ArrayList<>(List.of("fsck.erofs", "--extract"));
    devices.forEach(device -> command.add("--device=" + device));
    command.add(image.toString());
    return run(command);
  }
}
