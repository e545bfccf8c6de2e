package dev.layerfs.nio;

import dev.layerfs.error.Printable;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns the errors of a view into the exceptions that the JDK's own provider throws for them on Linux. */
final class Failures {
  private Failures() {}

  /**
   * Returns the exception for an error.
   *
   * @throws ClosedFileSystemException if the view is closed
   */
  static IOException of(PosixException e, Path file) {
    return of(e, file, null);
  }

  /**
   * Returns the exception for an error of an operation on two files.
   *
   * @throws ClosedFileSystemException if the view is closed
   */
  static IOException of(PosixException e, Path file, @Nullable Path other) {
    FileSystemException failure = failure(e, text(file), other == null ? null : text(other));
    if (e.getCause() != null) {
      failure.initCause(e.getCause());
    }
    return failure;
  }

  /** Returns the exception for an error of an operation that needs a directory. */
  static IOException ofDirectory(PosixException e, Path directory) {
    return e.errno() == Errno.ENOTDIR
        ? new NotDirectoryException(text(directory))
        : of(e, directory);
  }

  private static FileSystemException failure(
      PosixException e, String file, @Nullable String other) {
    String reason = reason(e);
    return switch (e.errno()) {
      case EBADF -> throw new ClosedFileSystemException();
      case ENOENT -> new NoSuchFileException(file, other, null);
      case ESTALE -> new NoSuchFileException(file, other, reason);
      case EEXIST -> new FileAlreadyExistsException(file, other, null);
      case EACCES -> new AccessDeniedException(file, other, null);
      case ELOOP ->
        new FileSystemException(
            file, other, reason + " or unable to access attributes of symbolic link");
      default -> new FileSystemException(file, other, reason);
    };
  }

  /** Returns the exception for an error of an operation of a channel. */
  static IOException ofChannel(PosixException e) {
    return e.errno() == Errno.EBADF ? new ClosedChannelException() : new IOException(reason(e), e);
  }

  /** What is damaged in the store, and what to do, is told to whoever meets it. */
  private static String reason(PosixException e) {
    String reason = e.errno().message();
    return e.getCause() instanceof StoreCorruptException damage
        ? reason + ": " + damage.getMessage()
        : reason;
  }

  /** Returns the exception for a file that is not there. */
  static NoSuchFileException missing(Path file) {
    return new NoSuchFileException(text(file));
  }

  /** Returns the exception for an error that the view did not have to find. */
  static IOException of(Errno errno, Path file) {
    return of(new PosixException(errno, ""), file);
  }

  /** Returns the exception for an error of an operation on two files that the view did not have to find. */
  static IOException of(Errno errno, Path file, Path other) {
    return of(new PosixException(errno, ""), file, other);
  }

  /** A path as the exceptions name it: what makes a message more than one plain line is escaped. */
  static String text(Path path) {
    return Printable.of(path.toString());
  }
}
