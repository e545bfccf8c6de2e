package dev.layerfs.examples.embed;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Copies a tree from one container to another. Owners, modes, times, links and extended attributes come along. */
public final class CopyBetweenContainers {
  private CopyBetweenContainers() {}

  /**
   * Copies a tree.
   *
   * @param args the store, a container, a path in it, another container, a path that does not exist in that
   * @throws IOException if it can't be copied
   */
  public static void main(String[] args) throws IOException {
    try (LayerStore store = LayerStore.open(Path.of(args[0]));
        Container from = store.open(args[1]);
        Container to = store.open(args[3])) {
      copy(from.root().resolve(args[2]), to.root().resolve(args[4]));
    }
  }

  /**
   * Copies a file or a tree. Both are plain paths; either may be one of the host, too, which then keeps what it can.
   *
   * @param source what to copy
   * @param target where to; files that are there are replaced
   * @throws IOException if something can't be read or written
   */
  public static void copy(Path source, Path target) throws IOException {
    Files.walkFileTree(source, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
          throws IOException {
        Path copy = target.resolve(source.relativize(directory).toString());
        if (!Files.isDirectory(copy, NOFOLLOW_LINKS)) {
          Files.copy(directory, copy, COPY_ATTRIBUTES, NOFOLLOW_LINKS);
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Path copy = target.resolve(source.relativize(file).toString());
        Files.copy(file, copy, COPY_ATTRIBUTES, REPLACE_EXISTING, NOFOLLOW_LINKS);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, IOException failure)
          throws IOException {
        if (failure != null) {
          throw failure;
        }
        // What was made in it has changed its time.
        Path copy = target.resolve(source.relativize(directory).toString());
        Files.setLastModifiedTime(copy, Files.getLastModifiedTime(directory));
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
