package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** The errno that a failure of {@code java.nio.file} stands for. */
public final class HostErrors {
  private HostErrors() {}

  /**
   * Translates a failure.
   *
   * @param failure what the host's provider threw
   * @param place what it was about
   * @return the same failure as a PosixException, the cause kept
   */
  public static PosixException of(IOException failure, Path place) {
    return of(failure, String.valueOf(place.getFileName()));
  }

  public static PosixException of(IOException failure, String subject) {
    if (failure instanceof PosixException posix) {
      return posix;
    }
    return new PosixException(errno(failure), subject, failure);
  }

  private static Errno errno(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return Errno.ENOENT;
    } else if (failure instanceof FileAlreadyExistsException) {
      return Errno.EEXIST;
    } else if (failure instanceof DirectoryNotEmptyException) {
      return Errno.ENOTEMPTY;
    } else if (failure instanceof AccessDeniedException) {
      return Errno.EACCES;
    } else if (failure instanceof NotDirectoryException) {
      return Errno.ENOTDIR;
    } else if (failure instanceof ClosedByInterruptException) {
      return Errno.EINTR;
    }
    return byMessage(failure);
  }

  /** The JDK keeps the errno only in the text of {@code strerror}; in another language it is {@link Errno#EIO}. */
  private static Errno byMessage(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    for (Errno errno : Errno.values()) {
      if (message.endsWith(errno.message())) {
        return errno;
      }
    }
    return Errno.EIO;
  }
}
