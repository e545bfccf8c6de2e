package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;

/** A container has no upper until something is written to it. */
final class UpperRootTest {
  private static final int THREADS = 8;

  private interface Body {
    void run(TestHost host, Path container, TestImage image) throws Exception;
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      body.run(host, Files.createDirectory(directory.resolve("container")), image);
    } finally {
      TestHost.delete(directory);
    }
  }

  private static UnionView open(TestHost host, Path container, TestImage image) throws IOException {
    return UnionView.open(image.tree(), Upper.open(container, host.format()));
  }

  private static void write(UnionView view, String name) throws PosixException {
    Node file = view.create(view.root(), Name.of(name), FileType.REGULAR, 0644, 0, 0);
    try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE))) {
      handle.write(ByteBuffer.wrap(name.getBytes()), 0);
    }
  }

  private static byte[] read(UnionView view, String name) throws PosixException {
    Node file = view.lookup(view.root(), Name.of(name));
    ByteBuffer content = ByteBuffer.allocate(name.length());
    try (FileHandle handle = view.open(file, Set.of(OpenFlag.READ))) {
      handle.read(content, 0);
    }
    return content.array();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  @ParameterizedTest
  @OnHosts
  void readingMakesNothing(TestHost tried) throws Exception {
    with(tried, (host, container, image) -> {
      try (UnionView view = open(host, container, image);
          UnionView whole = UnionView.readOnly(image.tree())) {
        assertEquals(ViewTree.describe(whole), ViewTree.describe(view));
        assertTrue(view.statfs().totalBlocks() > 0);
        view.sync();
        assertTrue(view.uppers().isUntouched());
      }
      assertTrue(isEmpty(container));
    });
  }

  @ParameterizedTest
  @OnHosts
  void manyFirstWritesMakeOneUpper(TestHost tried) throws Exception {
    with(tried, (host, container, image) -> {
      try (UnionView view = open(host, container, image)) {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<?>> writes = new ArrayList<>();
        try (Closer threads = new Closer(Executors.newFixedThreadPool(THREADS))) {
          for (int i = 0; i < THREADS; i++) {
            String name = "new-" + i;
            writes.add(threads.executor().submit(() -> {
              start.await();
              write(view, name);
              return name;
            }));
          }
          for (Future<?> write : writes) {
            write.get();
          }
        }
      }
      try (UnionView view = open(host, container, image)) {
        for (int i = 0; i < THREADS; i++) {
          assertArrayEquals(("new-" + i).getBytes(), read(view, "new-" + i));
        }
      }
    });
  }

  private record Closer(ExecutorService executor) implements AutoCloseable {
    @Override
    public void close() {
      executor.shutdownNow();
    }
  }

  @ParameterizedTest
  @OnHosts
  void theRootKeepsWhatItWas(TestHost tried) throws Exception {
    with(tried, (host, container, image) -> {
      Timespec time = new Timespec(1_000_000, 0);
      Stat before;
      try (UnionView view = open(host, container, image)) {
        before = view.stat(view.root());
        view.utimens(view.root(), time, null);
        assertFalse(Files.notExists(container.resolve("upper")));
      }
      try (UnionView view = open(host, container, image)) {
        Stat after = view.stat(view.root());
        assertTrue(Attributes.isSame(before, after));
        assertEquals(before.links(), after.links());
        assertEquals(before.inode(), after.inode());
        assertEquals(time.seconds(), after.atimeSeconds());
      }
    });
  }

  /** A process has died, or power was lost, before the upper was there, or after it but with only one of both names kept. */
  @ParameterizedTest
  @OnHosts
  void whatACrashLeavesIsNoObstacle(TestHost tried) throws Exception {
    with(tried, (host, container, image) -> {
      Path work = Files.createDirectory(container.resolve("work"));
      Path left = Files.createDirectory(work.resolve(Upper.TEMPORARY + "1"));
      try (UnionView view = open(host, container, image)) {
        write(view, "first");
      }
      assertFalse(Files.exists(left));
      host.files(container).discard(work);
      try (UnionView view = open(host, container, image)) {
        assertArrayEquals("first".getBytes(), read(view, "first"));
        write(view, "second");
      }
    });
  }
}
