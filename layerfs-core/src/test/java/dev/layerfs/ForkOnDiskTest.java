package dev.layerfs;

import java.io.IOException;

/** Forks and checkpoints on the default file system. */
final class ForkOnDiskTest extends ForkContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
