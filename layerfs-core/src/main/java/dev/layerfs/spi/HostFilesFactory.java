package dev.layerfs.spi;

import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps uppers in ways of its own: with what an operating system can do and the JDK can't. Found by {@link
 * java.util.ServiceLoader}; a way is known by its label, which containers remember.
 */
public interface HostFilesFactory {
  /**
   * Finds out, by trying, how this process keeps uppers best.
   *
   * @param directory an empty directory on the file system that will hold the uppers; left empty
   * @return a label, or nothing if the JDK alone does as well here
   * @throws IOException if the directory can't be used
   */
  Optional<String> best(Path directory) throws IOException;

  /**
   * Tells whether this implementation keeps uppers in a way.
   *
   * @param label any label
   * @return whether {@link #open} knows it
   */
  boolean knows(String label);

  /**
   * Opens the host files of an upper.
   *
   * @param label one that is known
   * @param work the upper's work directory; the upper is beside it
   * @return the host files
   * @throws PosixException {@link dev.layerfs.posix.Errno#ENOTSUP} if this process can't keep uppers so; the message says why
   */
  HostFiles open(String label, Path work) throws PosixException;
}
