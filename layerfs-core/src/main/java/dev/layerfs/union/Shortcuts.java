package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ways to directories whose paths are too long for system calls: symbolic links in the work directory, each reached through
 * the one before. A kernel takes paths of 4,095 bytes and follows 40 links for one; a walk that it has to begin again
 * (fs/namei.c, {@code do_filp_open}) counts on, so twenty are safe. Links of most file systems hold 4,095 bytes, those of xfs
 * 1,023 ({@code XFS_SYMLINK_MAXLEN} of fs/xfs/libxfs/xfs_format.h); so trees may be as deep as 70,000 or 14,000 bytes of path
 * allow.
 */
final class Shortcuts {
  private static final int LONG_TARGET = 4095;
  private static final int SHORT_TARGET = 1023;
  private static final int MAX_NAME = 255;
  private static final int CERTAINLY_SHORT = (SHORT_TARGET - MAX_NAME) / 3; // in characters

  private final Path work;
  private final boolean needed;
  private final Map<Path, Path> made = new ConcurrentHashMap<>();
  private volatile int longestTarget; // 0 until it was tried

  /**
   * Prepares for long paths.
   *
   * @param work where links can be made; what is left there is removed when the upper is opened
   */
  Shortcuts(Path work) {
    this.work = work;
    this.needed = work.getFileSystem().equals(FileSystems.getDefault())
        && work.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Returns a path of a directory to which a name can be appended. */
  Path to(Path directory) throws PosixException {
    String text = directory.toString();
    if (!needed
        || text.length() <= CERTAINLY_SHORT
        || text.getBytes(StandardCharsets.UTF_8).length <= longest()) {
      return directory;
    }
    Path known = made.get(directory);
    return known != null ? known : make(directory);
  }

  /** With a name and a slash more it must still be a target. */
  private int longest() throws PosixException {
    if (longestTarget == 0) {
      longestTarget = canHold(LONG_TARGET) ? LONG_TARGET : SHORT_TARGET;
    }
    return longestTarget - MAX_NAME - 1;
  }

  private boolean canHold(int length) throws PosixException {
    Path probe = newLink();
    try {
      Files.createSymbolicLink(probe, work.getFileSystem().getPath("a/".repeat(length / 2) + "a"));
      Files.delete(probe);
      return true;
    } catch (IOException e) {
      PosixException failure = HostErrors.of(e, probe);
      if (failure.errno() != Errno.ENAMETOOLONG) {
        throw failure;
      }
      return false;
    }
  }

  private Path newLink() {
    String id = Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    return work.resolve(Upper.TEMPORARY + "deep-" + id);
  }

  private Path make(Path directory) throws PosixException {
    Path link = newLink();
    try {
      Files.createSymbolicLink(link, directory.toAbsolutePath());
    } catch (IOException e) {
      throw HostErrors.of(e, link);
    }
    Path first = made.putIfAbsent(directory, link);
    return first != null ? first : link;
  }
}
