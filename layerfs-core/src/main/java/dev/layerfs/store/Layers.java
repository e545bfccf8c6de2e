package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.DiffId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** The layers that a store has. */
final class Layers {
  private final StorePaths paths;

  Layers(StorePaths paths) {
    this.paths = paths;
  }

  /**
   * Finds a layer that can be used, as far as its record and the length of its file tell.
   *
   * @return its record; empty if the layer is missing or damaged, so that adding it again puts it right
   */
  Optional<LayerRecord> find(DiffId diffId) throws IOException {
    try {
      return Optional.of(read(diffId));
    } catch (NoSuchFileException | StoreCorruptException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a layer's record.
   *
   * @throws NoSuchFileException if there is none
   * @throws StoreCorruptException if it or the layer file is damaged
   */
  LayerRecord read(DiffId diffId) throws IOException {
    LayerRecord record = LayerRecord.read(paths.layerRecord(diffId), diffId);
    if (!StoreFiles.isFile(paths.layerFile(diffId), record.fileBytes())) {
      throw new StoreCorruptException(
          "layer " + diffId, "the layer file is missing or has another length");
    }
    return record;
  }
}
