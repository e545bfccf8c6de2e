package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.oci.DiffId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The layer files of an image, each by itself. One that occurs several times is open once. */
public final class OpenLayers implements Closeable {
  private final List<DiffId> diffIds;
  private final Map<DiffId, ErofsImage> open = new LinkedHashMap<>();

  private OpenLayers(List<DiffId> diffIds) {
    this.diffIds = List.copyOf(diffIds);
  }

  /**
   * Opens layer files.
   *
   * @param diffIds the layers, bottom first
   * @param layerFile says where a layer's file is
   */
  static OpenLayers open(List<DiffId> diffIds, Function<DiffId, Path> layerFile)
      throws IOException {
    OpenLayers layers = new OpenLayers(diffIds);
    try {
      for (DiffId diffId : layers.diffIds) {
        if (!layers.open.containsKey(diffId)) {
          layers.open.put(diffId, ErofsImage.open(layerFile.apply(diffId), List.of()));
        }
      }
      return layers;
    } catch (IOException | RuntimeException | Error e) {
      try {
        layers.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Returns a file for each layer, bottom first, until this is closed. */
  public List<ErofsImage> files() {
    List<ErofsImage> files = new ArrayList<>();
    for (DiffId diffId : diffIds) {
      ErofsImage file = open.get(diffId);
      if (file != null) { // all are open
        files.add(file);
      }
    }
    return files;
  }

  /** Returns a name for each layer, bottom first: the digits of its DiffID. */
  public List<String> tags() {
    return diffIds.stream().map(diffId -> diffId.digest().encoded()).toList();
  }

  @Override
  public void close() throws IOException {
    Closing.all(open.values());
  }
}
