package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Records beside their objects. */
final class RecordStoreTest {
  @Test
  void anInterruptDoesNotCutARecordShort() throws IOException {
    try (FileSystem host = Jimfs.newFileSystem(Configuration.unix())) {
      Path object = host.getPath("object");
      RecordStore records = new RecordStore.SideFile();
      records.write(object, new byte[] {1, 2, 3});
      Thread.currentThread().interrupt();
      records.write(object, new byte[] {4, 5});
      assertArrayEquals(new byte[] {4, 5}, records.read(object));
      assertTrue(Thread.interrupted(), "the interrupt is not forgotten");
    }
  }
}
