package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Deletes trees that somebody else has filled, such as an upper: of any depth, with directories that can't be written to,
 * and without ever following a symbolic link. Every directory in the tree is first renamed into one flat directory, so
 * paths stay short and nothing recurses; empty ones go at once.
 */
final class TreeDeleter {
  private final StoreIo io;
  private final Path flat;
  private final Deque<Path> directories = new ArrayDeque<>();
  private long next;
  private long freed;

  private TreeDeleter(StoreIo io, Path flat) {
    this.io = io;
    this.flat = flat;
  }

  /**
   * Deletes a file or a directory with all that is in it.
   *
   * @param io deletes
   * @param top what to delete; nothing happens if it does not exist
   * @param flat a path on the same file system where nothing is; a directory is made there, and deleted
   * @return bytes of the regular files that were deleted
   */
  static long delete(StoreIo io, Path top, Path flat) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = attributes(top);
    } catch (NoSuchFileException e) {
      return 0;
    }
    TreeDeleter deleter = new TreeDeleter(io, flat);
    if (attributes.isDirectory()) {
      deleter.deleteDirectory(top);
    } else {
      deleter.deleteFile(top, attributes);
    }
    return deleter.freed;
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private void deleteDirectory(Path top) throws IOException {
    directories.add(top);
    while (!directories.isEmpty()) {
      Path directory = directories.removeLast();
      try {
        empty(directory);
      } catch (AccessDeniedException e) {
        makeAccessible(directory);
        empty(directory);
      }
      io.unlink(directory);
    }
    if (next > 0) {
      io.unlink(flat);
    }
  }

  private void empty(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        BasicFileAttributes attributes = attributes(entry);
        if (attributes.isDirectory()) {
          deleteOrFlatten(entry);
        } else {
          deleteFile(entry, attributes);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void deleteFile(Path file, BasicFileAttributes attributes) throws IOException {
    io.unlink(file);
    freed += attributes.isRegularFile() ? attributes.size() : 0;
  }

  /** Most directories of a container that nothing was written to are empty. */
  private void deleteOrFlatten(Path directory) throws IOException {
    try {
      io.unlink(directory);
    } catch (DirectoryNotEmptyException e) {
      directories.add(flatten(directory));
    }
  }

  private Path flatten(Path directory) throws IOException {
    if (next == 0) {
      io.mkdir(flat);
    }
    Path target = flat.resolve(Long.toString(next++));
    try {
      io.rename(directory, target);
    } catch (AccessDeniedException e) {
      makeAccessible(
          directory); // a move changes "..", so it needs write permission on the directory itself
      io.rename(directory, target);
    }
    return target;
  }

  private static void makeAccessible(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
