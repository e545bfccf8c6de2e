package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Trees as text, for comparison. */
final class Trees {
  private Trees() {}

  /** One line for every file below a directory: name, type, permissions, links, content or target. */
  static String describe(Path base) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(base)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        lines.add(base.relativize(file) + " " + describeFile(file));
      }
    }
    Collections.sort(lines);
    return String.join("\n", lines);
  }

  private static String describeFile(Path file) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      return "-> " + Files.readSymbolicLink(file);
    }
    String mode = PosixFilePermissions.toString(attributes.permissions());
    if (attributes.isDirectory()) {
      return "directory " + mode;
    }
    Object links = Files.getAttribute(file, "unix:nlink", NOFOLLOW_LINKS);
    return mode + " " + links + " '" + Files.readString(file) + "'";
  }
}
