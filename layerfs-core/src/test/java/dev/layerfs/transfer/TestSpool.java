package dev.layerfs.transfer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Keeps archives in a directory of a test. */
final class TestSpool {
  private TestSpool() {}

  static Spool in(Path directory) {
    return in -> {
      Path file = Files.createTempFile(directory, "archive", ".tar");
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    };
  }
}
