package dev.layerfs;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import org.junit.jupiter.api.AfterEach;

/** Copies of volumes in memory. */
final class VolumeCopiesInMemoryTest extends VolumeCopiesContract {
  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix().toBuilder()
      .setAttributeViews("basic", "owner", "posix", "unix", "user")
      .build());

  @Override
  LayerStore openStore() throws IOException {
    return LayerStore.open(memory.getPath("/store"));
  }

  @Override
  @AfterEach
  void close() throws IOException {
    super.close();
    memory.close();
  }
}
