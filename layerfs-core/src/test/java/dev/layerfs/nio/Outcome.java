package dev.layerfs.nio;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** What an operation on a file system came to, as a text that can be compared with that of another file system. */
final class Outcome {
  private static final boolean OLD_JDK = Runtime.version().feature() < 20;

  private Outcome() {}

  /** Runs an operation and describes its result or its exception; paths appear relative to {@code base}. */
  static String of(Path base, Callable<?> operation) {
    String prefix = base.toString();
    try {
      return withoutBase(String.valueOf(operation.call()), prefix);
    } catch (FileSystemException e) {
      String name = e.getClass().getSimpleName();
      String text = withoutBase(
          name + "(" + e.getFile() + ", " + e.getOtherFile() + ", " + e.getReason() + ")", prefix);
      return asNewJdk(text);
    } catch (Exception e) {
      return e.getClass().getSimpleName();
    }
  }

  /** Before JDK 20 it told a name below a file from one that is missing. */
  private static String asNewJdk(String text) {
    return OLD_JDK
        ? text.replaceFirst(
            "^FileSystemException\\((.*), null, Not a directory\\)$",
            "NoSuchFileException($1, null, null)")
        : text;
  }

  private static String withoutBase(String text, String base) {
    return text.replace(base, "");
  }
}
