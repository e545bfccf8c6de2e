package dev.layerfs.union;

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
 * the one before. A kernel takes paths of 4,095 bytes, follows 40 links for one, and on xfs stores 1,023 bytes in a link
 * ({@code XFS_SYMLINK_MAXLEN} of fs/xfs/libxfs/xfs_format.h); so trees may be as deep as 30,000 bytes of path allow.
 */
final class Shortcuts {
  private static final int MAX_TARGET = 1023;
  private static final int MAX_NAME = 255;

  private final Path work;
  private final boolean needed;
  private final int longest;
  private final Map<Path, Path> made = new ConcurrentHashMap<>();

  /**
   * Prepares for long paths.
   *
   * @param work where links can be made; what is left there is removed when the upper is opened
   */
  Shortcuts(Path work) {
    this.work = work;
    this.needed = work.getFileSystem().equals(FileSystems.getDefault())
        && work.getFileSystem().supportedFileAttributeViews().contains("unix");
    int own = length(work)
        + Upper.TEMPORARY.length()
        + "/deep-".length()
        + Long.toString(Long.MAX_VALUE, 36).length();
    this.longest = Math.max(MAX_TARGET - 1 - MAX_NAME, own + MAX_NAME);
  }

  /** Returns a path of a directory to which a name can be appended. */
  Path to(Path directory) throws PosixException {
    if (!needed || length(directory) <= longest) {
      return directory;
    }
    Path known = made.get(directory);
    return known != null ? known : make(directory);
  }

  private Path make(Path directory) throws PosixException {
    String id = Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    Path link = work.resolve(Upper.TEMPORARY + "deep-" + id);
    try {
      Files.createSymbolicLink(link, directory.toAbsolutePath());
    } catch (IOException e) {
      throw HostErrors.of(e, link);
    }
    Path first = made.putIfAbsent(directory, link);
    return first != null ? first : link;
  }

  private static int length(Path path) {
    String text = path.toString();
    return text.length() * 3 <= MAX_TARGET - MAX_NAME
        ? text.length()
        : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
