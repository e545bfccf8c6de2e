package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Looks at the files of a store, which may vanish any time. */
final class StoreFiles {
  private StoreFiles() {}

  /** Returns what is in a directory; nothing if it is missing or another file. */
  static List<Path> list(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(files::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  /** Returns the length of a regular file; 0 if it is missing or another file. */
  static long size(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = attributes(file);
      return attributes.isRegularFile() ? attributes.size() : 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** Whether there is a regular file of that length. */
  static boolean isFile(Path file, long length) throws IOException {
    try {
      BasicFileAttributes attributes = attributes(file);
      return attributes.isRegularFile() && attributes.size() == length;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
