package dev.layerfs.examples;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where this JVM has its classes from, for programs in JVMs of their own. */
final class JavaPath {
  private JavaPath() {}

  /** Returns the directories and jars of the class path and the module path. */
  static List<Path> entries() {
    List<Path> entries = new ArrayList<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
        if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
          entries.add(Path.of(entry).toAbsolutePath());
        }
      }
    }
    return entries;
  }

  /** Returns the same as a class path. */
  static String text() {
    return String.join(
        File.pathSeparator, entries().stream().map(Path::toString).toList());
  }

  /** Returns the {@code java} command of this JVM. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
