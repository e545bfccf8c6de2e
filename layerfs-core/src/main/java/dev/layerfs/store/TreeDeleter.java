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
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Deletes trees that somebody else has filled, such as an upper: of any depth, with directories that can't be written to,
 * and without ever following a symbolic link. Every directory in the tree is first renamed to where the tree is, so
 * paths stay short and nothing recurses; empty ones go at once. Nothing is ever made, so that it works on a full disk.
 */
final class TreeDeleter {
  private final StoreIo io;
  private final FreePath free;
  private final Deque<Path> directories = new ArrayDeque<>();
  private long freed;

  /** Finds a place for a directory that is to be deleted. */
  @FunctionalInterface
  interface FreePath {
    /** Returns a path on the tree's file system where nothing is. */
    Path next() throws IOException;
  }

  private TreeDeleter(StoreIo io, FreePath free) {
    this.io = io;
    this.free = free;
  }

  /**
   * Deletes a file or a directory with all that is in it.
   *
   * @param io deletes
   * @param top what to delete; nothing happens if it does not exist
   * @param free says where directories of the tree can be put until they are deleted
   * @return bytes of the regular files that were deleted
   */
  static long delete(StoreIo io, Path top, FreePath free) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = attributes(top);
    } catch (NoSuchFileException e) {
      return 0;
    }
    TreeDeleter deleter = new TreeDeleter(io, free);
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
        io.makePrivate(directory);
        empty(directory);
      }
      io.unlink(directory);
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
    Path target = free.next();
    try {
      io.rename(directory, target);
    } catch (AccessDeniedException e) {
      io.makePrivate(
          directory); // a move changes "..", so it needs write permission on the directory itself
      io.rename(directory, target);
    }
    return target;
  }
}
