package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A store that is closed while others use its containers: they find them closed, and nothing else. */
final class ClosingUnderReadersTest {
  private static final int ENOUGH = 100_000_000; // nobody gets that far

  @TempDir
  Path temp;

  /** One use of a container's files, for the nth time. */
  private interface Use {
    void of(Path root, int n) throws IOException;
  }

  private static final List<Use> USES = List.of(
      (root, n) -> assertEquals(10_000, Files.size(root.resolve("file"))),
      (root, n) -> assertTrue(Files.readString(root.resolve("file")).startsWith("x")),
      (root, n) -> Files.readAttributes(root.resolve("link"), "posix:*"),
      (root, n) -> Files.readSymbolicLink(root.resolve("link")),
      (root, n) -> list(root),
      (root, n) -> Files.writeString(root.resolve("new"), "n" + n));

  private static void list(Path directory) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      assertTrue(stream.iterator().next().startsWith(directory));
    }
  }

  @RepeatedTest(20)
  void theyFindItClosed() throws Exception {
    TarBuilder layer = new TarBuilder().file("file", "x".repeat(10_000)).symlink("link", "file");
    TestContainer container = TestContainer.in(temp.resolve("store"), new TestImage().layer(layer));
    FileChannel channel = FileChannel.open(container.root().resolve("file"));
    List<Use> uses = new ArrayList<>(USES);
    uses.add((root, n) -> assertEquals(9_000, channel.read(ByteBuffer.allocate(9_000), 500)));
    CountDownLatch started = new CountDownLatch(uses.size());
    ExecutorService pool = Executors.newFixedThreadPool(uses.size());
    try {
      List<Future<Boolean>> users = new ArrayList<>();
      for (Use use : uses) {
        users.add(pool.submit(() -> useUntilClosed(use, container.root(), started)));
      }
      started.await();
      container.close();
      for (Future<Boolean> user : users) {
        assertTrue(user.get(), "still open to one of them");
      }
    } finally {
      pool.shutdown();
    }
  }

  private static boolean useUntilClosed(Use use, Path root, CountDownLatch started)
      throws IOException {
    try {
      for (int n = 0; n < ENOUGH; n++) {
        use.of(root, n);
        if (n == 0) {
          started.countDown();
        }
      }
      return false;
    } catch (ClosedFileSystemException
        | ClosedDirectoryStreamException
        | ClosedChannelException e) {
      return true;
    }
  }
}
