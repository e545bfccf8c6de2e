package dev.layerfs.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * File systems of a fixed size, each in a file of the host's, whose blocks are allocated as they are written. What a kernel
 * writes to one can't exceed its size. Safe for use by several threads.
 */
public interface SizedFiles {
  /**
   * Says why this process can't make or mount them.
   *
   * @return the reason and what would help; empty if it seems to be able to
   */
  Optional<String> unavailable();

  /**
   * Makes a file system.
   *
   * @param file a file that does not exist
   * @param capacity what has to fit at least
   * @throws IOException if it can't be made; the file may be there
   */
  void make(Path file, Capacity capacity) throws IOException;

  /**
   * Bytes of whole blocks of 4096, and inodes.
   *
   * @param bytes bytes, not negative
   * @param inodes inodes, not negative
   */
  record Capacity(long bytes, long inodes) {}

  /**
   * Mounts a file system, after a crash as well.
   *
   * @param file its file
   * @param target an empty directory
   * @throws IOException if it can't be mounted
   */
  void mount(Path file, Path target) throws IOException;

  /**
   * Takes away what is free in a mounted file system, but for a rest. The rest may be a few blocks less where the file
   * system needs them for itself, and never more.
   *
   * @param target where it is mounted
   * @param rest what stays free; a figure of {@link Long#MAX_VALUE} leaves all that is
   * @throws IOException if less than the rest is free, or it can't be taken
   */
  void leaveFree(Path target, Capacity rest) throws IOException;

  /**
   * Says whether the kernel still uses a file as a file system, wherever that is mounted, or is no more but in use.
   *
   * @param file the file
   * @return whether it does
   * @throws IOException if it can't be found out
   */
  boolean isInUse(Path file) throws IOException;
}
