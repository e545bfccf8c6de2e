package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.LoadOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A store in a scratch directory with one image in it; all of it is deleted when closed. */
final class BenchStore implements Closeable {
  private final Scratch scratch;
  private final BenchImage content;
  private final LayerStore store;
  private final Image image;
  private final List<Path> unpackedLayers = new ArrayList<>();

  /** Makes the store that {@code implementation} needs, and loads the image. */
  BenchStore(Implementation implementation, BenchImage content) throws IOException {
    this.content = content;
    scratch = Scratch.create();
    Path archive = scratch.directory().resolve("image.tar");
    content.write(archive);
    store = implementation.openStore(scratch.directory().resolve("store"));
    image = store.load(archive, LoadOptions.DEFAULT).get(0);
    Files.delete(archive);
  }

  Scratch scratch() {
    return scratch;
  }

  LayerStore store() {
    return store;
  }

  Image image() {
    return image;
  }

  /** Makes a container that is removed when it is closed. */
  Container container() throws IOException {
    return store.create(image, Implementation.EPHEMERAL);
  }

  /** Copies the image's files to a new plain directory and returns it. */
  Path unpacked() throws IOException {
    Path target = scratch.subdirectory("unpacked");
    for (int layer = 0; layer < content.layers(); layer++) {
      content.unpack(layer, target);
    }
    return target;
  }

  /** Returns a directory for each layer, the lowest first; made once. */
  List<Path> unpackedLayers() throws IOException {
    for (int layer = unpackedLayers.size(); layer < content.layers(); layer++) {
      Path target = scratch.subdirectory("layer");
      content.unpack(layer, target);
      unpackedLayers.add(target);
    }
    return unpackedLayers;
  }

  @Override
  public void close() throws IOException {
    store.close();
    scratch.close();
  }
}
