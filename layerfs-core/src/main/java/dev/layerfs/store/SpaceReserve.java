package dev.layerfs.store;

import dev.layerfs.error.LimitExceededException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What adding images leaves of a file system, to all else that writes there: containers, collections, other programs. What is
 * left is asked of the file system, so that it counts whatever other threads and processes are adding at the same time. Safe for
 * use by several threads.
 */
final class SpaceReserve {
  /** Its name in the options. */
  static final String NAME = "reservedBytes";

  private static final long USUAL = 64 << 20;
  private static final int USUAL_SHARE = 16;

  /** So many bytes may be written before the file system is asked again. */
  private static final long STEP = 1 << 20;

  private final Path directory;
  private final OptionalLong reserved;
  private final AtomicLong unasked = new AtomicLong(STEP);

  /**
   * Prepares.
   *
   * @param directory a directory of the file system, once something is written
   * @param reserved how many bytes are left; if empty 64 MiB, or a sixteenth of a small file system
   */
  SpaceReserve(Path directory, OptionalLong reserved) {
    this.directory = directory;
    this.reserved = reserved;
  }

  /** Is told of bytes before they are written. */
  void write(int bytes) throws IOException {
    if (unasked.addAndGet(bytes) >= STEP) {
      unasked.set(0);
      require(bytes);
    }
  }

  /**
   * Fails if bytes don't fit.
   *
   * @throws LimitExceededException if too little would be left
   */
  void require(long bytes) throws IOException {
    long total = total();
    if (total <= 0) {
      return; // a host that doesn't say
    }
    long kept = reserved.orElse(Math.min(USUAL, total / USUAL_SHARE));
    long usable = usable();
    if (kept > 0 && usable - bytes < kept) {
      String subject =
          "adding " + bytes + " bytes to " + directory + ", where " + usable + " are left";
      throw new LimitExceededException(subject, NAME, kept);
    }
  }

  /** {@link FileStore} needs the mount table, which is not everywhere; a directory's own system call does not. */
  private boolean isOnDefault() {
    return directory.getFileSystem().equals(FileSystems.getDefault());
  }

  private long total() throws IOException {
    if (isOnDefault()) {
      return directory.toFile().getTotalSpace();
    }
    try {
      return Files.getFileStore(directory).getTotalSpace();
    } catch (UnsupportedOperationException e) {
      return 0;
    }
  }

  private long usable() throws IOException {
    return isOnDefault()
        ? directory.toFile().getUsableSpace()
        : Files.getFileStore(directory).getUsableSpace();
  }
}
