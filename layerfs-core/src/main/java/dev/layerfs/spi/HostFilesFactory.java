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

  /**
   * Opens the host files of a plain directory, or of one regular file, which others may change at any moment, too, also to do
   * harm. Objects are shown and made as they are, with the host's owners, modes, attributes and devices, as far as this process
   * may; to a process without privileges its own user and group are 0. Nothing carries marks. No symbolic link is followed and
   * nothing outside the directory reached, whatever others do to the names in it meanwhile.
   *
   * @param root a directory, which stays the same whatever becomes of its path; or a regular file, which is found by its name
   *     in its directory. No component of the path may be a symbolic link: {@link Path#toRealPath} returns such a path
   * @return host files that take {@code root} as a place, to be {@linkplain HostFiles#close closed}; nothing if this
   *     implementation can do no better than the JDK there
   * @throws PosixException if the root can't be opened: {@link dev.layerfs.posix.Errno#ELOOP} if a link is on the way, {@link
   *     dev.layerfs.posix.Errno#ENXIO} if it is neither directory nor regular file
   */
  default Optional<HostFiles> openShared(Path root) throws PosixException {
    return Optional.empty();
  }
}
