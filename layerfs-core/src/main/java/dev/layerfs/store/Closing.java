package dev.layerfs.store;

import java.io.Closeable;
import java.io.IOException;

/** Closes several things. */
public final class Closing {
  private Closing() {}

  /**
   * Closes everything, whatever fails.
   *
   * @param open what is to be closed
   * @throws IOException the first failure, with the others suppressed
   */
  public static void all(Iterable<? extends Closeable> open) throws IOException {
    IOException failure = null;
    for (Closeable closeable : open) {
      try {
        closeable.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
