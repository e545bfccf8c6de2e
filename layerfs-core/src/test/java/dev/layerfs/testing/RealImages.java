package dev.layerfs.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The real images that {@code layerfs-bench/images.sh} has made in the directory that {@code LAYERFS_IMAGES} names: of each a
 * directory with {@code oci-gzip}, {@code oci-zstd} and {@code docker-archive.tar}.
 */
public final class RealImages {
  /** Has all kinds of objects and of changes. */
  private static final String RICHEST = "debian";

  private static final String ONE_LAYER = "base";

  /** With less in it that only takes space. */
  private static final String SMALL = "-small";

  private RealImages() {}

  private static Path directory() {
    return Path.of(System.getenv().getOrDefault("LAYERFS_IMAGES", "/var/tmp/layerfs-test-images"));
  }

  /** Skips the test if there are none. */
  public static void assume() {
    assumeTrue(
        Files.isDirectory(directory()),
        "no real images: run layerfs-bench/images.sh and set LAYERFS_IMAGES");
  }

  /**
   * Returns the directories of the images to try: a small one that has everything, and all at full {@link Scale}. If there are
   * no images it is one that doesn't exist, for a test that is to be skipped.
   */
  public static List<Path> some() throws IOException {
    Path richest = directory().resolve(RICHEST + SMALL);
    if (!Files.isDirectory(directory()) || !Scale.isFull() && Files.isDirectory(richest)) {
      return List.of(richest);
    }
    try (Stream<Path> list = Files.list(directory())) {
      return list.filter(image -> Files.isDirectory(image.resolve("oci-gzip")))
          .sorted()
          .toList();
    }
  }

  /** Returns the directory of an image that has one layer. */
  public static Path ofOneLayer() {
    return directory().resolve(Scale.isFull() ? ONE_LAYER : ONE_LAYER + SMALL);
  }
}
