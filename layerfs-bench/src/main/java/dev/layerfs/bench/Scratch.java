package dev.layerfs.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory for everything that a benchmark makes, in {@code -Dlayerfs.bench.dir}, else in the default one for temporary
 * files; deleted when closed.
 *
 * @param directory where it is
 */
public record Scratch(Path directory) implements Closeable {
  /** Makes a new one. */
  public static Scratch create() throws IOException {
    String parent = System.getProperty("layerfs.bench.dir", System.getProperty("java.io.tmpdir"));
    return new Scratch(Files.createTempDirectory(Path.of(parent), "layerfs-bench"));
  }

  /** Makes a new directory in it, whose name begins with {@code name}. */
  public Path subdirectory(String name) throws IOException {
    return Files.createTempDirectory(directory, name);
  }

  @Override
  public void close() throws IOException {
    delete(directory);
  }

  /** Deletes a directory and all that is in it. */
  public static void delete(Path directory) throws IOException {
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
          throws IOException {
        Files.delete(visited);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
