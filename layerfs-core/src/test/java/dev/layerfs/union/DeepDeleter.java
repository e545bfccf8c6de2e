package dev.layerfs.union;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Deletes trees that are deeper than paths can be, by making them flat first. */
final class DeepDeleter {
  private DeepDeleter() {}

  static void delete(Path top) throws IOException {
    if (!top.getFileSystem().equals(FileSystems.getDefault())) {
      top.getFileSystem().close();
      return;
    }
    Path flat = Files.createTempDirectory(top.getParent(), "flat");
    Deque<Path> left = new ArrayDeque<>();
    left.add(Files.move(top, flat.resolve("0")));
    int next = 1;
    while (!left.isEmpty()) {
      Path directory = left.pop();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            left.add(Files.move(entry, flat.resolve(Integer.toString(next++))));
          } else {
            Files.delete(entry);
          }
        }
      }
      Files.delete(directory);
    }
    Files.delete(flat);
  }
}
