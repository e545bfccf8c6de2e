package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs of the system that do what no system call does. Only those in the system's own directories are run. */
final class HostProgram {
  private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");
  private static final int MAX_OUTPUT = 4096;

  private HostProgram() {}

  /** Returns where a program is, if it is installed. */
  static Optional<Path> find(String name) {
    return DIRECTORIES.stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs a program to its end, without input.
   *
   * @throws IOException if it can't be run or fails; the message has what it wrote
   */
  static void run(String name, String... arguments) throws IOException {
    Path program = find(name).orElseThrow(() -> new IOException(name + " is not installed"));
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try (OutputStream input = process.getOutputStream();
        InputStream output = process.getInputStream()) {
      input.close();
      byte[] text = output.readNBytes(MAX_OUTPUT);
      output.transferTo(OutputStream.nullOutputStream());
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(name + " failed with status " + status + ": "
            + Printable.of(new String(text, StandardCharsets.UTF_8).strip()));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(name + " was interrupted", e);
    }
  }
}
