package dev.layerfs.union.differential;

import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory for the hundred thousand objects of an enumeration: in memory where this process may mount a tmpfs, which
 * spares the disk and is gone at once; else a temporary one.
 */
final class Scratch implements AutoCloseable {
  private final Path directory;
  private final boolean inMemory;

  private Scratch(Path directory, boolean inMemory) {
    this.directory = directory;
    this.inMemory = inMemory;
  }

  static Scratch open() throws IOException {
    Path directory = Files.createTempDirectory("layerfs-differential");
    boolean mounted = Files.isExecutable(Path.of("/bin/mount"))
        && refusal("mount", "-t", "tmpfs", "layerfs-test", directory.toString()).isEmpty();
    return new Scratch(directory, mounted);
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    if (inMemory) { // lazily: the JDK unmaps an image's files when it collects garbage
      String refusal = refusal("umount", "--lazy", directory.toString());
      if (!refusal.isEmpty()) {
        throw new IOException(refusal);
      }
    }
    TestHost.delete(directory);
  }

  /** Runs a program of the host; returns what it said if it failed, else nothing. */
  static String refusal(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int status = process.waitFor();
      return status == 0 ? "" : said.strip() + " (status " + status + ")";
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }
}
