package dev.layerfs.bench.scale;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** What takes space, in memory and on disk. */
final class Space {
  private static final long BLOCK = 4096;

  private Space() {}

  /** Returns the bytes of the heap that are in use once garbage was collected. */
  static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Waits until what was changed is written, as {@code sync(1)} does, so that what is measured next does not wait for it. */
  static void writeBack() throws IOException {
    try {
      int status = new ProcessBuilder("sync").inheritIO().start().waitFor();
      if (status != 0) {
        throw new IOException("sync: " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Returns the bytes of a directory and all that is in it, each file rounded up to blocks of 4 KiB. */
  static long disk(Path directory) throws IOException {
    long[] bytes = {0};
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
        return count(attributes);
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        return count(attributes);
      }

      private FileVisitResult count(BasicFileAttributes attributes) {
        bytes[0] += (attributes.size() + BLOCK - 1) / BLOCK * BLOCK;
        return FileVisitResult.CONTINUE;
      }
    });
    return bytes[0];
  }
}
