package dev.layerfs;

/** The life of images and containers in memory. */
final class LimitsInMemoryTest extends LimitsContract {
  @Override
  LayerStore openStore() {
    return LayerStore.inMemory();
  }
}
