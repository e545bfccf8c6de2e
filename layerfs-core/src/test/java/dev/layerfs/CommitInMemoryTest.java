package dev.layerfs;

import java.io.IOException;

/** Commits in memory. */
final class CommitInMemoryTest extends CommitContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.inMemory();
  }
}
