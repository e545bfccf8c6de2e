package dev.layerfs;

import java.io.IOException;

/** The life of images and containers on the default file system. */
final class LimitsOnDiskTest extends LimitsContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
