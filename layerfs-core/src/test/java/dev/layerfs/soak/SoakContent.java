package dev.layerfs.soak;

import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The regular files below a root, by path, and the beginnings of their digests. Volumes, and what somebody was writing when he
 * died, are left out.
 */
record SoakContent(SortedMap<String, String> files) {
  /** Where containers have a volume. */
  static final String VOLUME = "vol";

  private static final String UNFINISHED = ".tmp";

  private static final String EMPTY = "-";
  private static final int DIGITS = 12;

  SoakContent {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Returns what is in a new volume. */
  static SoakContent empty() {
    return new SoakContent(Collections.emptySortedMap());
  }

  /** Reads every file. */
  static SoakContent read(Path root) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        String name = root.relativize(file).toString();
        if (counts(name) && Files.isRegularFile(file)) {
          files.put(name, digest(Files.readAllBytes(file)));
        }
      }
    }
    return new SoakContent(files);
  }

  private static boolean counts(String name) {
    return !name.startsWith(VOLUME + "/") && !name.endsWith(UNFINISHED);
  }

  private static String digest(byte[] content) {
    return Digest.sha256(content).encoded().substring(0, DIGITS);
  }

  /** Returns it with another file, or with another text in that file. */
  SoakContent with(String name, String text) {
    SortedMap<String, String> changed = new TreeMap<>(files);
    changed.put(name, digest(text.getBytes(StandardCharsets.UTF_8)));
    return new SoakContent(changed);
  }

  /** Returns it without a file. */
  SoakContent without(String name) {
    SortedMap<String, String> changed = new TreeMap<>(files);
    changed.remove(name);
    return new SoakContent(changed);
  }

  /** Writes a file so that it is there as a whole or not at all. */
  static void write(Path file, String text) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    Files.writeString(unfinished, text);
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Parses what {@link #toString} returns. */
  static SoakContent parse(String text) {
    SortedMap<String, String> files = new TreeMap<>();
    if (!text.equals(EMPTY)) {
      for (String file : text.split(",", -1)) {
        int end = file.lastIndexOf('=');
        files.put(file.substring(0, end), file.substring(end + 1));
      }
    }
    return new SoakContent(files);
  }

  /** Returns it as a word without spaces. */
  @Override
  public String toString() {
    return files.isEmpty()
        ? EMPTY
        : files.entrySet().stream()
            .map(file -> file.getKey() + "=" + file.getValue())
            .collect(Collectors.joining(","));
  }
}
