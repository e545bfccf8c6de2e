package dev.layerfs;

import java.io.IOException;

/** The life of volumes on the default file system. */
final class VolumeOnDiskTest extends VolumeContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
