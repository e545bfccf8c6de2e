package dev.layerfs.nio;

import dev.layerfs.union.Upper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The program that {@link HostDifferentialTest} runs as another user: a share of the cases, in a container of that user. */
final class UnprivilegedRun {
  /** The key of the format that the store chose for its uppers. */
  static final String FORMAT = "format";

  private UnprivilegedRun() {}

  /** Runs with a directory of the user's, the file that takes what came of each case, and the number of the share. */
  public static void main(String[] arguments) throws IOException {
    Path own = Path.of(arguments[0]);
    Properties results = new Properties();
    results.setProperty(FORMAT, Upper.bestFormat(own).name());
    results.putAll(ProviderRun.onContainer(own.resolve("store"), Integer.parseInt(arguments[2])));
    try (OutputStream out = Files.newOutputStream(Path.of(arguments[1]))) {
      results.store(out, null);
    }
  }
}
