package dev.layerfs.examples;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** Words for what went wrong. */
final class Failures {
  private Failures() {}

  /**
   * Returns what to tell the user of a failure. The exceptions of {@code java.nio.file} are often nothing but a path.
   *
   * @param failure what was thrown
   * @return one line, without control characters
   */
  static String message(Exception failure) {
    if (failure instanceof UncheckedIOException unchecked) {
      return message(Objects.requireNonNull(unchecked.getCause()));
    }
    return Human.printable(text(failure));
  }

  private static String text(Exception failure) {
    if (failure instanceof CancellationException
        || failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException) {
      return "interrupted";
    }
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return file.getMessage() + ": " + reason(file);
    }
    if (failure instanceof RuntimeException && !isMistake(failure)) {
      return "internal error: " + failure + " (-v shows where)";
    }
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message + Hints.after(failure, message);
  }

  /**
   * Tells whether the user's input is to blame.
   *
   * @param failure what was thrown
   * @return whether the failure says that an argument is not well-formed
   */
  static boolean isMistake(Exception failure) {
    return failure instanceof IllegalArgumentException;
  }

  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    } else if (failure instanceof AccessDeniedException) {
      return "permission denied";
    } else if (failure instanceof FileAlreadyExistsException) {
      return "exists already";
    } else if (failure instanceof NotDirectoryException) {
      return "not a directory";
    } else if (failure instanceof DirectoryNotEmptyException) {
      return "directory not empty";
    }
    return failure.getClass().getSimpleName();
  }
}
