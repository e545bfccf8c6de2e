package dev.layerfs.posix;

import dev.layerfs.error.Printable;
import java.io.IOException;

/** A POSIX operation failed: the errno the kernel would give, and what it was about. */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The error. */
  private final Errno errno;

  /**
   * Says what failed and why.
   *
   * @param errno the error
   * @param subject what the operation was about, for example a path or a name; escaped in the message
   */
  public PosixException(Errno errno, String subject) {
    super(Printable.of(subject) + ": " + errno.message());
    this.errno = errno;
  }

  /**
   * Says what failed, why, and what failed beneath.
   *
   * @param errno the error
   * @param subject what the operation was about; escaped in the message
   * @param cause the failure of the host's file system
   */
  public PosixException(Errno errno, String subject, IOException cause) {
    this(errno, subject);
    initCause(cause);
  }

  /**
   * Returns the error.
   *
   * @return the errno
   */
  public Errno errno() {
    return errno;
  }
}
