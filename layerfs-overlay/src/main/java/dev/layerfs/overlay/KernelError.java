package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import dev.layerfs.posix.Errno;
import java.io.IOException;
import java.util.List;

/** A system call failed: which, on what, with which errno, and what the kernel left to say about it. */
final class KernelError extends IOException {
  private static final long serialVersionUID = 1L;

  /** Not in {@link Errno}, since no file operation has them: {@code <asm-generic/errno-base.h>}. */
  static final int ENOTBLK = 15;

  static final int ENODEV = 19;

  private final int errno;

  /**
   * Says what failed.
   *
   * @param subject what the call was about, mostly a path; escaped here
   * @param call the call, as in its manual page
   * @param errno what it left in {@code errno}
   * @param messages what the kernel had to say; escaped here
   */
  KernelError(String subject, String call, int errno, List<String> messages) {
    super(text(subject, call, errno)
        + (messages.isEmpty()
            ? ""
            : "; the kernel says: " + Printable.of(String.join("; ", messages))));
    this.errno = errno;
  }

  private KernelError(KernelError error, String meaning) {
    super(error.getMessage() + "; " + meaning, error);
    this.errno = error.errno;
  }

  private static String text(String subject, String call, int errno) {
    return Printable.of(subject) + ": " + Printable.of(call) + ": " + describe(errno);
  }

  /** Returns this error with what it means here; trusted text. */
  KernelError meaning(String meaning) {
    return new KernelError(this, meaning);
  }

  /** Returns the error's number. */
  int errno() {
    return errno;
  }

  /** Tells whether it is a certain error. */
  boolean is(Errno expected) {
    return errno == expected.number();
  }

  /** Returns an error's name and its text. */
  static String describe(int errno) {
    for (Errno known : Errno.values()) {
      if (known.number() == errno) {
        return known + " (" + known.message() + ")";
      }
    }
    return switch (errno) {
      case 12 -> "ENOMEM (Cannot allocate memory)";
      case ENOTBLK -> "ENOTBLK (Block device required)";
      case ENODEV -> "ENODEV (No such device)";
      case 23 -> "ENFILE (Too many open files in system)";
      default -> "errno " + errno;
    };
  }
}
