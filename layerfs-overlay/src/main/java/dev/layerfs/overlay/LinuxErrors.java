package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the kernel answers when a call fails. */
final class LinuxErrors {
  private static final Map<Integer, Errno> BY_NUMBER =
      Arrays.stream(Errno.values()).collect(Collectors.toMap(Errno::number, Function.identity()));

  private LinuxErrors() {}

  /**
   * Returns an answer that is none of failure.
   *
   * @param result what a call returned: a negative errno if it failed
   * @param call the call's name
   * @param subject what it was about
   * @throws PosixException if it failed
   */
  static long check(long result, String call, Object subject) throws PosixException {
    if (result < 0) {
      throw of(result, call, subject);
    }
    return result;
  }

  /** Returns the failure of a call that returned a negative errno; one that has no name here is {@link Errno#EIO}. */
  static PosixException of(long result, String call, Object subject) {
    Errno errno = BY_NUMBER.get((int) -result);
    return errno != null
        ? new PosixException(errno, subject + ": " + call)
        : new PosixException(Errno.EIO, subject + ": " + call + ": errno " + -result);
  }

  /** Whether a call failed with one of some errors. */
  static boolean is(long result, Errno... errors) {
    for (Errno errno : errors) {
      if (result == -errno.number()) {
        return true;
      }
    }
    return false;
  }

  /** Returns what a failure of the JDK's channels stands for. */
  static PosixException of(IOException failure, Path place) {
    if (failure instanceof PosixException posix) {
      return posix;
    }
    Errno errno = failure instanceof ClosedByInterruptException ? Errno.EINTR : Errno.EIO;
    return new PosixException(errno, String.valueOf(place), failure);
  }
}
