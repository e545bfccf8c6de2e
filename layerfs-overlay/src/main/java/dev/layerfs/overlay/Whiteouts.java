package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import java.nio.file.Path;

/**
 * The whiteouts of an upper: hard links of one character device 0:0 in the work directory, as the kernel makes its own. An
 * inode for each would cost more than all the rest of a deletion. Safe for use by several threads.
 */
final class Whiteouts {
  /** The device's name in the work directory. */
  static final String SEED = "layerfs-whiteout";

  private final NativeFiles files;
  private final Path seed;

  Whiteouts(NativeFiles files, Path work) {
    this.files = files;
    this.seed = work.resolve(SEED);
  }

  /** Puts a whiteout at a free place; begins with a new device when the file system allows no more links of the old one. */
  synchronized void put(Path place) throws PosixException {
    try {
      files.link(seed, place);
    } catch (PosixException e) {
      if (e.errno() == Errno.EMLINK) {
        files.delete(seed);
      } else if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      makeSeed(e);
      files.link(seed, place);
    }
  }

  private void makeSeed(PosixException reason) throws PosixException {
    try {
      files.mknod(seed, FileType.CHARACTER_DEVICE, 0, 0, 0);
    } catch (PosixException e) {
      throw e.errno() == Errno.EEXIST ? reason : e; // it was the place that could not be found
    }
  }
}
