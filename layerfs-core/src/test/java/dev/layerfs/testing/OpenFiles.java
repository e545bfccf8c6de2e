package dev.layerfs.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What this process has open below a directory, as far as the system tells: on Linux all of it, elsewhere nothing. */
public final class OpenFiles {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");

  private OpenFiles() {}

  /**
   * Returns the files and directories that have a descriptor, each as often as it has one.
   *
   * @param directory the directory's real path; it may be gone
   */
  public static List<String> below(String directory) throws IOException {
    List<String> open = new ArrayList<>();
    if (Files.isDirectory(DESCRIPTORS)) {
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
        for (Path descriptor : descriptors) {
          String target = target(descriptor);
          if (target.startsWith(directory + "/") || target.equals(directory)) {
            open.add(target);
          }
        }
      }
    }
    return open;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return ""; // another thread closed it
    }
  }

  /**
   * Returns the lines of {@code /proc/self/maps} that name a file.
   *
   * @param directory the directory's real path; it may be gone
   */
  public static List<String> mappedBelow(String directory) throws IOException {
    if (!Files.exists(MAPPINGS)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(MAPPINGS, StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> line.contains(" " + directory + "/")).toList();
    }
  }
}
