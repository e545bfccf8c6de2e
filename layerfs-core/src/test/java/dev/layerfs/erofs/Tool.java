package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs a program of the host. */
final class Tool {
  private Tool() {}

  record Result(int status, String output) {}

  /** Skips the test if a program is not installed. */
  static void assume(String program) {
    boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    assumeTrue(found, program + " is not installed");
  }

  static Result run(List<String> command) throws IOException {
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
  static Result fsck(Path image, List<Path> devices) throws IOException {
    List<String> command = new ArrayList<>(List.of("fsck.erofs", "--extract"));
    devices.forEach(device -> command.add("--device=" + device));
    command.add(image.toString());
    return run(command);
  }
}
