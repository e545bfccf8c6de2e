package dev.layerfs.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Keeps bytes that can be read once, for those who have to read them in another order. */
@FunctionalInterface
public interface Spool {
  /**
   * Puts bytes into a file.
   *
   * @param in the bytes, read to the end; not closed
   * @return a new file that has them
   * @throws IOException if they can't be read, or not be kept
   */
  Path keep(InputStream in) throws IOException;
}
