package dev.layerfs.nio;

import dev.layerfs.LayerStore;

/** Watch services of containers in memory. */
final class WatchServiceInMemoryTest extends WatchServiceContract {
  @Override
  LayerStore openStore() {
    return LayerStore.inMemory();
  }
}
