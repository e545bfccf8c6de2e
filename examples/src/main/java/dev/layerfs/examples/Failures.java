package dev.layerfs.examples;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
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
    return message == null ? failure.getClass().getSimpleName() : message + hint(failure, message);
  }

  /** Says what to do next, where the library can't know by which commands. */
  private static String hint(Exception failure, String message) {
    if (failure instanceof NotFoundException) {
      return whatThereIs(message);
    } else if (failure instanceof StoreCorruptException) {
      return "; 'layerfs check --repair' puts right what can be";
    } else if (failure instanceof InUseException && message.contains("is needed by container")) {
      return "; 'layerfs rm' removes it";
    } else if (failure instanceof InUseException && message.contains("is mounted")) {
      return "; 'layerfs umount' unmounts it";
    }
    return "";
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

  private static String whatThereIs(String message) {
    if (message.startsWith("no such image:")) {
      return "; 'layerfs images' lists what there is, 'layerfs pull' gets more";
    } else if (message.startsWith("no such container or image:")) {
      return "; 'layerfs ps' and 'layerfs images' list what there is";
    } else if (message.startsWith("no such container:")) {
      return "; 'layerfs ps' lists what there is";
    } else if (message.startsWith("no such volume:")) {
      return "; 'layerfs volume ls' lists what there is";
    }
    return "";
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
