package dev.layerfs;

import java.io.IOException;

/** Copies of volumes on the default file system. */
final class VolumeCopiesOnDiskTest extends VolumeCopiesContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
