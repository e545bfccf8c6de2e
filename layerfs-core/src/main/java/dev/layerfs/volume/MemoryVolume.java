package dev.layerfs.volume;

import dev.layerfs.posix.Identity;
import dev.layerfs.posix.PosixException;

/**
 * A file system in memory, as tmpfs: nothing of it touches a disk, and it is gone when its view is closed.
 */
public final class MemoryVolume {
  private MemoryVolume() {}

  /**
   * Makes an empty one whose changes are made by root.
   *
   * @param maxBytes how many bytes it may hold, files rounded up to whole blocks
   * @param maxInodes how many inodes it may hold, the root among them
   * @param mode permission bits of the root, which 0:0 owns
   * @return its view, whose closing drops it
   * @throws PosixException if it can't be made
   */
  public static HostView open(long maxBytes, long maxInodes, int mode) throws PosixException {
    return open(maxBytes, maxInodes, mode, Identity.ROOT);
  }

  /**
   * Makes an empty one.
   *
   * @param maxBytes how many bytes it may hold, files rounded up to whole blocks
   * @param maxInodes how many inodes it may hold, the root among them
   * @param mode permission bits of the root, which 0:0 owns
   * @param identity who makes the changes
   * @return its view, whose closing drops it
   * @throws PosixException if it can't be made
   */
  public static HostView open(long maxBytes, long maxInodes, int mode, Identity identity)
      throws PosixException {
    throw new UnsupportedOperationException();
  }
}
