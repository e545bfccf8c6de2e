package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** The errno that a failure of {@code java.nio.file} stands for. */
public final class HostErrors {
  private static final int MAX_CAUSES = 8;

  /** What servers say for SSH_FX_NO_SUCH_FILE (draft-ietf-secsh-filexfer-02, 7), which clients pass on as text only. */
  private static final String SFTP_NO_SUCH_FILE = "No such file";

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

  /**
   * Translates what a provider throws that it should not: it was closed, it may not, or it has a bug.
   *
   * @param failure what the host's provider threw
   * @param subject what it was about
   * @return the same failure as a PosixException, the cause kept
   */
  public static PosixException of(RuntimeException failure, String subject) {
    if (failure instanceof DirectoryIteratorException listing) {
      return of(Objects.requireNonNull(listing.getCause()), subject);
    }
    return new PosixException(errno(failure), subject, new IOException(failure));
  }

  private static Errno errno(RuntimeException failure) {
    if (failure instanceof ReadOnlyFileSystemException) {
      return Errno.EROFS;
    } else if (failure instanceof UnsupportedOperationException) {
      return Errno.ENOTSUP;
    }
    return failure instanceof SecurityException ? Errno.EACCES : Errno.EIO;
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
    return isTimeout(failure) ? Errno.ETIMEDOUT : byMessage(failure);
  }

  /** Providers of remote file systems wrap what their waiting ended with. */
  private static boolean isTimeout(IOException failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof SocketTimeoutException
          || cause instanceof TimeoutException
          || cause instanceof InterruptedByTimeoutException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** The JDK keeps the errno only in the text of {@code strerror}; in another language it is {@link Errno#EIO}. */
  private static Errno byMessage(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    for (Errno errno : Errno.values()) {
      if (message.endsWith(errno.message())) {
        return errno;
      }
    }
    return message.endsWith(SFTP_NO_SUCH_FILE) ? Errno.ENOENT : Errno.EIO;
  }
}
