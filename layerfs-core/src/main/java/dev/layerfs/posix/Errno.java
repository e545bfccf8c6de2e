package dev.layerfs.posix;

/**
 * The errors of POSIX operations, numbered as in Linux's {@code <asm-generic/errno.h>} and worded as glibc's {@code
 * strerror}.
 */
public enum Errno {
  /** Operation not permitted. */
  EPERM(1, "Operation not permitted"),
  /** No such file or directory. */
  ENOENT(2, "No such file or directory"),
  /** Interrupted system call. */
  EINTR(4, "Interrupted system call"),
  /** Input/output error. */
  EIO(5, "Input/output error"),
  /** No such device or address. */
  ENXIO(6, "No such device or address"),
  /** Argument list too long. */
  E2BIG(7, "Argument list too long"),
  /** Bad file descriptor. */
  EBADF(9, "Bad file descriptor"),
  /** Resource temporarily unavailable. */
  EAGAIN(11, "Resource temporarily unavailable"),
  /** Permission denied. */
  EACCES(13, "Permission denied"),
  /** Device or resource busy. */
  EBUSY(16, "Device or resource busy"),
  /** File exists. */
  EEXIST(17, "File exists"),
  /** Invalid cross-device link. */
  EXDEV(18, "Invalid cross-device link"),
  /** Not a directory. */
  ENOTDIR(20, "Not a directory"),
  /** Is a directory. */
  EISDIR(21, "Is a directory"),
  /** Invalid argument. */
  EINVAL(22, "Invalid argument"),
  /** Too many open files. */
  EMFILE(24, "Too many open files"),
  /** File too large. */
  EFBIG(27, "File too large"),
  /** No space left on device. */
  ENOSPC(28, "No space left on device"),
  /** Read-only file system. */
  EROFS(30, "Read-only file system"),
  /** Too many links. */
  EMLINK(31, "Too many links"),
  /** Numerical result out of range. */
  ERANGE(34, "Numerical result out of range"),
  /** File name too long. */
  ENAMETOOLONG(36, "File name too long"),
  /** Function not implemented. */
  ENOSYS(38, "Function not implemented"),
  /** Directory not empty. */
  ENOTEMPTY(39, "Directory not empty"),
  /** Too many levels of symbolic links. */
  ELOOP(40, "Too many levels of symbolic links"),
  /** No data available. */
  ENODATA(61, "No data available"),
  /** Value too large for defined data type. */
  EOVERFLOW(75, "Value too large for defined data type"),
  /** Invalid or incomplete multibyte or wide character. */
  EILSEQ(84, "Invalid or incomplete multibyte or wide character"),
  /** Operation not supported. */
  ENOTSUP(95, "Operation not supported"),
  /** Connection timed out. */
  ETIMEDOUT(110, "Connection timed out"),
  /** Stale file handle. */
  ESTALE(116, "Stale file handle"),
  /** Disk quota exceeded. */
  EDQUOT(122, "Disk quota exceeded");

  private final int number;
  private final String message;

  Errno(int number, String message) {
    this.number = number;
    this.message = message;
  }

  /**
   * Returns the error's number.
   *
   * @return the number Linux gives the error
   */
  public int number() {
    return number;
  }

  /**
   * Returns the error's text.
   *
   * @return the text of {@code strerror}
   */
  public String message() {
    return message;
  }
}
