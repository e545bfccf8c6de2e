package dev.layerfs.union;

import dev.layerfs.posix.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Does cases on a directory of the host. */
final class KernelActor {
  private KernelActor() {}

  /**
   * What came of the cases.
   *
   * @param before the tree before the operations, a line for each node
   * @param results a line for each operation
   * @param after the tree after them
   */
  record Outcome(List<String> before, List<String> results, List<String> after) {}

  /** Skips the test where the host can't play its part. */
  static void assume(Path scratch) throws IOException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root, to act as others");
    PosixCases probe = new PosixCases(Identity.ROOT);
    byte[] list = Lists.of("u::rw-,u:7:r--,g::r--,m::r--,o::---").toBytes();
    probe
        .begin()
        .node("file", "f", 0640, 0, 0)
        .with("system.posix_acl_access", list)
        .with("user.probe", new byte[] {1});
    Path tree = Files.createDirectory(scratch.resolve("probe"));
    Assumptions.assumeTrue(
        start(tree, probe, ProcessBuilder.Redirect.DISCARD) != null,
        "needs python3, mount(2) and a tmpfs that holds user attributes (Linux 6.6)");
  }

  /** Makes the cases' tree in an empty directory and does their operations. */
  static Outcome run(Path directory, PosixCases cases) throws IOException {
    String output = start(directory, cases, ProcessBuilder.Redirect.INHERIT);
    if (output == null) {
      throw new IOException("posix-actor.py failed");
    }
    List<String> lines = output.lines().toList();
    int before = lines.indexOf("end");
    int after = before + 1 + cases.operations.size();
    return new Outcome(
        lines.subList(0, before),
        lines.subList(before + 1, after),
        lines.subList(after, lines.size() - 1));
  }

  /** Returns what the script printed, or null if it failed. */
  private static String start(Path directory, PosixCases cases, ProcessBuilder.Redirect errors)
      throws IOException {
    Path script = directory.resolveSibling("posix-actor.py");
    Path input = directory.resolveSibling("cases");
    try (InputStream in = KernelActor.class.getResourceAsStream("/dev/layerfs/posix-actor.py")) {
      Files.write(script, in.readAllBytes());
    }
    Files.writeString(input, cases.script());
    Process process;
    try {
      process = new ProcessBuilder("python3", script.toString(), directory.toString())
          .redirectInput(input.toFile())
          .redirectError(errors)
          .start();
    } catch (IOException e) {
      return null; // no python3
    }
    try (InputStream out = process.getInputStream()) {
      String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output : null;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }
}
