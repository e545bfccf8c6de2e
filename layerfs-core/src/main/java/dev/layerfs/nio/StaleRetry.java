package dev.layerfs.nio;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import org.jspecify.annotations.Nullable;

/**
 * Operations on paths, each of which may find that what it has looked up was removed or replaced meanwhile: the view then
 * answers {@code ESTALE}, and the operation begins anew with a fresh lookup, as in Linux (retry_estale of
 * include/linux/namei.h). That finds what has the name now, or that nothing has.
 */
final class StaleRetry {
  /**
   * Linux tries twice, but never has to between a lookup and what follows it: it holds the inode. Here each replacement at
   * the wrong moment costs an attempt; so many in a row are no coincidence but a damaged upper.
   */
  static final int MAX_ATTEMPTS = 64;

  private StaleRetry() {}

  /** Looks a path up and does something with what it names; if that is stale it has changed nothing. */
  @FunctionalInterface
  interface Operation<T extends @Nullable Object, E extends Exception> {
    /** Does it. */
    T run() throws E, PosixException;
  }

  /**
   * Does an operation, again and again while it fails with {@code ESTALE}.
   *
   * @throws PosixException what the operation has thrown; {@code ESTALE} only after {@link #MAX_ATTEMPTS} attempts
   */
  static <T extends @Nullable Object, E extends Exception> T run(Operation<T, E> operation)
      throws E, PosixException {
    for (int attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        return operation.run();
      } catch (PosixException e) {
        if (e.errno() != Errno.ESTALE) {
          throw e;
        }
      }
    }
    return operation.run();
  }
}
