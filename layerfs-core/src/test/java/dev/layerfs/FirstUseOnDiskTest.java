package dev.layerfs;

import java.io.IOException;

/** The first use of volumes on the default file system. */
final class FirstUseOnDiskTest extends FirstUseContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
