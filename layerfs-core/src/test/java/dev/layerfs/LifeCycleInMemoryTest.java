package dev.layerfs;

/** The life of images and containers in memory. */
final class LifeCycleInMemoryTest extends LifeCycleContract {
  @Override
  LayerStore openStore() {
    return LayerStore.inMemory();
  }
}
