package dev.layerfs;

import java.io.IOException;

/** Forks and checkpoints in memory. */
final class ForkInMemoryTest extends ForkContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.inMemory();
  }
}
