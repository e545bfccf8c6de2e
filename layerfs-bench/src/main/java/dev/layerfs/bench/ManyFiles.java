package dev.layerfs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Many files of random bytes, in directories of 100 beneath {@code srv/data}, spread evenly over the layers; every layer has
 * all of the directories.
 *
 * @param files how many
 * @param fileSize bytes of each
 * @param layers the number of layers
 * @param seed of the content: images with the same seed have layers in common
 */
public record ManyFiles(int files, int fileSize, int layers, long seed) implements BenchImage {
  /** Files in a directory. */
  public static final int PER_DIRECTORY = 100;

  /** Files of the standard image. */
  static final int STANDARD_FILES = 10_000;

  /** Bytes of each file of the standard image. */
  static final int STANDARD_SIZE = 4096;

  private static final String PARENT = "srv/data/d";

  /** The image of most benchmarks: 10,000 files of 4 KiB. */
  public static ManyFiles standard(int layers) {
    return new ManyFiles(STANDARD_FILES, STANDARD_SIZE, layers, 20261101);
  }

  /** Returns the path of a file, from 0 to {@link #files} - 1, relative to the root. */
  public static String path(int file) {
    return PARENT + file / PER_DIRECTORY + "/f" + file % PER_DIRECTORY;
  }

  private int directories() {
    return (files + PER_DIRECTORY - 1) / PER_DIRECTORY;
  }

  private byte[] content(int file) {
    byte[] content = new byte[fileSize];
    new Random(seed + file).nextBytes(content);
    return content;
  }

  @Override
  public void write(Path target) throws IOException {
    try (DockerArchive archive = new DockerArchive(target)) {
      for (int layer = 0; layer < layers; layer++) {
        int number = layer;
        archive.add(tar -> writeLayer(number, tar));
      }
      archive.finish("bench:" + layers + "-" + seed);
    }
  }

  private void writeLayer(int layer, TarArchiveOutputStream tar) throws IOException {
    DockerArchive.directory(tar, "srv/");
    DockerArchive.directory(tar, "srv/data/");
    for (int directory = 0; directory < directories(); directory++) {
      DockerArchive.directory(tar, PARENT + directory + "/");
    }
    for (int file = layer; file < files; file += layers) {
      DockerArchive.file(tar, path(file), content(file));
    }
  }

  @Override
  public void unpack(int layer, Path target) throws IOException {
    for (int directory = 0; directory < directories(); directory++) {
      Files.createDirectories(target.resolve(PARENT + directory));
    }
    for (int file = layer; file < files; file += layers) {
      Files.write(target.resolve(path(file)), content(file));
    }
  }
}
