package dev.layerfs.bench;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.LoadOptions;
import dev.layerfs.StoreOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A store in a scratch directory with the benchmark image in it; deleted when closed. */
final class BenchStore implements Closeable {
  private final Path scratch;
  private final LayerStore store;
  private final Image image;

  /** Makes the scratch directory in {@code -Dlayerfs.bench.dir}, else in the default one for temporary files. */
  BenchStore(int layers) throws IOException {
    String parent = System.getProperty("layerfs.bench.dir", System.getProperty("java.io.tmpdir"));
    scratch = Files.createTempDirectory(Path.of(parent), "layerfs-bench");
    Path archive = scratch.resolve("image.tar");
    BenchImage.write(archive, layers);
    store = LayerStore.open(
        scratch.resolve("store"), StoreOptions.builder().unsafeNoSync().build());
    image = store.load(archive, LoadOptions.DEFAULT).get(0);
  }

  LayerStore store() {
    return store;
  }

  Image image() {
    return image;
  }

  /** Copies the image's files to a new plain directory, to compare with, and returns it. */
  Path unpacked() throws IOException {
    Path target = Files.createTempDirectory(scratch, "unpacked");
    try (var rootfs = image.open()) {
      Path root = rootfs.root();
      Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
            throws IOException {
          Files.createDirectories(target.resolve(root.relativize(directory).toString()));
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
            throws IOException {
          Files.copy(file, target.resolve(root.relativize(file).toString()));
          return FileVisitResult.CONTINUE;
        }
      });
    }
    return target;
  }

  @Override
  public void close() throws IOException {
    store.close();
    delete(scratch);
  }

  /** Deletes a directory and all that is in it. */
  static void delete(Path directory) throws IOException {
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(
          Path visited, java.io.@org.jspecify.annotations.Nullable IOException e)
          throws IOException {
        Files.delete(visited);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
