package dev.layerfs;

import java.io.IOException;

/** Commits on the default file system. */
final class CommitOnDiskTest extends CommitContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
