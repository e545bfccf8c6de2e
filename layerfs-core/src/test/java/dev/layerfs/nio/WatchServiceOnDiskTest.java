package dev.layerfs.nio;

import dev.layerfs.LayerStore;
import java.io.IOException;

/** Watch services of containers on the default file system. */
final class WatchServiceOnDiskTest extends WatchServiceContract {
  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(temporary.resolve("store"));
  }
}
