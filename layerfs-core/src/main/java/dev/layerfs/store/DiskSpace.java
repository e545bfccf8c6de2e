package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Adds up the lengths of the regular files in a tree, each once whatever its number of names. No link is followed. What
 * can't be looked at, because it is gone or its path is too long for the host, counts nothing.
 */
final class DiskSpace {
  private final Deque<Path> open = new ArrayDeque<>();
  private final Set<Object> seen = new HashSet<>();
  private long bytes;

  private DiskSpace() {}

  /** Returns the bytes of a file, or of all files in a directory; 0 if there is none. */
  static long of(Path tree) throws IOException {
    DiskSpace space = new DiskSpace();
    space.add(tree);
    while (!space.open.isEmpty()) {
      space.addAll(space.open.removeLast());
    }
    return space.bytes;
  }

  private void addAll(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        add(entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (FileSystemException e) {
      return; // gone, or too deep
    }
  }

  private void add(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        open.add(file);
      } else if (attributes.isRegularFile()
          && (attributes.fileKey() == null || seen.add(attributes.fileKey()))) {
        bytes += attributes.size();
      }
    } catch (FileSystemException e) {
      return; // gone, or too deep
    }
  }
}
