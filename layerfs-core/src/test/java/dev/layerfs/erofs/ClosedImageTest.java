package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** An image that is closed while others read it: they are told so, whatever they do. */
final class ClosedImageTest {
  private static final int ENOUGH = 100_000_000; // nobody gets that far

  @TempDir
  Path temp;

  @RepeatedTest(10)
  void readersOfAMappedImageAreTold() throws Exception {
    closeWhileReading(new Images(temp));
  }

  @RepeatedTest(10)
  void readersOfAnImageInMemoryAreTold() throws Exception {
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      closeWhileReading(new Images(memory.getPath("/work")));
    }
  }

  /** Something that is done with an image, for the nth time. */
  private interface Reading {
    void of(ErofsImage image, long file, int n) throws IOException;
  }

  private static final List<Reading> READINGS = List.of(
      (image, file, n) -> image.lookup(image.root(), Name.of("never looked for" + n)),
      (image, file, n) -> image.list(image.root()),
      (image, file, n) -> image.stat(file),
      (image, file, n) -> image.xattr(file, Name.of("user.a")),
      (image, file, n) -> image.extent(file),
      (image, file, n) -> image.read(file, 0, ByteBuffer.allocate(6_000)));

  private static void closeWhileReading(Images images) throws Exception {
    Path layer = images.layer("layer", new EntryList().file("file", "x".repeat(5_000)));
    Path tree = images.tree("tree", List.of(layer));
    ErofsImage image = ErofsImage.open(tree, List.of(layer));
    long file = Images.find(image, "file");
    CountDownLatch started = new CountDownLatch(READINGS.size());
    ExecutorService pool = Executors.newFixedThreadPool(READINGS.size());
    try {
      List<Future<Boolean>> readers = new ArrayList<>();
      for (Reading reading : READINGS) {
        readers.add(pool.submit(() -> readUntilClosed(reading, image, file, started)));
      }
      started.await();
      image.close();
      for (Future<Boolean> reader : readers) {
        assertTrue(reader.get(), "a reader was never told");
      }
    } finally {
      pool.shutdown();
    }
  }

  private static boolean readUntilClosed(
      Reading reading, ErofsImage image, long file, CountDownLatch started) throws IOException {
    try {
      for (int n = 0; n < ENOUGH; n++) {
        reading.of(image, file, n);
        if (n == 0) {
          started.countDown();
        }
      }
      return false;
    } catch (ClosedChannelException e) {
      return true;
    }
  }
}
