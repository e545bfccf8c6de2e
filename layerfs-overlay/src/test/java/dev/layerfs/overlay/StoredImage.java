package dev.layerfs.overlay;

import dev.layerfs.LayerStore;
import dev.layerfs.oci.Digest;
import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of an image, as a store makes them. */
final class StoredImage {
  private StoredImage() {}

  /**
   * Stores an image and leaves its files.
   *
   * @param directory where the store will be
   * @param layers the layers, the lowest first
   */
  static ImageFiles in(Path directory, List<TarBuilder> layers) throws IOException {
    TestImage image = new TestImage();
    List<Digest> diffIds = new ArrayList<>();
    for (TarBuilder layer : layers) {
      byte[] tar = layer.build();
      image.layer(tar);
      diffIds.add(Digest.sha256(tar));
    }
    Path layout = Files.createTempDirectory(directory.getParent(), "layout");
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(new TestLayout().image("image:1", image).write(layout));
    }
    return new ImageFiles(
        only(directory.resolve("layerfs/trees")),
        diffIds.stream().map(id -> layer(directory, id)).toList());
  }

  private static Path layer(Path directory, Digest diffId) {
    try {
      return only(
          only(directory.resolve("layerfs/layers"), diffId.toString().replace("sha256:", "")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path only(Path directory) throws IOException {
    return only(directory, ".erofs");
  }

  private static Path only(Path directory, String part) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().contains(part))
          .findFirst()
          .orElseThrow();
    }
  }
}
