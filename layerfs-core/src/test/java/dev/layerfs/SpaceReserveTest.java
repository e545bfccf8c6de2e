package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever adds images fails before a file system is full, however many do so at the same time, and leaves nothing behind. */
final class SpaceReserveTest {
  private static final int UNIT = 1 << 18;
  private static final int DISK = 64 * UNIT;
  private static final int LOADS = 6;

  @TempDir
  Path temporary;

  private final FileSystem disk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
      .setAttributeViews("basic", "owner", "posix", "unix", "user")
      .setMaxSize(DISK)
      .build());

  @AfterEach
  void close() throws IOException {
    disk.close();
  }

  private LayerStore open(StoreOptions.Builder options) throws IOException {
    return LayerStore.open(disk.getPath("/store"), options.build());
  }

  private long left() throws IOException {
    return Files.getFileStore(disk.getPath("/")).getUsableSpace();
  }

  /** An image with a file of that many units that no compression makes smaller. */
  private Path layout(int number, int size) throws IOException {
    byte[] content = new byte[size * UNIT];
    new Random(number).nextBytes(content);
    return new TestLayout()
        .image("image" + number, new TestImage().layer(new TarBuilder().file("file", content)))
        .write(temporary.resolve("layout-" + number));
  }

  private static void requireNothingIsLeft(LayerStore store) throws IOException {
    assertEquals(List.of(), store.images());
    assertEquals(List.of(), store.maintenance().planGc().garbage());
    assertTrue(store.maintenance().check(CheckOptions.DEFAULT).isHealthy());
  }

  @Test
  void row59ManyLoadsAtOnceLeaveTheReserve() throws Exception {
    int reserved = 20 * UNIT;
    List<Path> layouts = new ArrayList<>();
    for (int i = 0; i < LOADS; i++) {
      layouts.add(layout(i, 5)); // the blob and the layer file: 10 units each
    }
    try (LayerStore store = open(StoreOptions.builder().reservedBytes(reserved))) {
      List<CompletableFuture<Void>> loads = new ArrayList<>();
      for (Path layout : layouts) {
        loads.add(CompletableFuture.runAsync(() -> load(store, layout)));
      }
      int refused = 0;
      for (CompletableFuture<Void> load : loads) {
        refused += isRefused(load, reserved) ? 1 : 0;
      }
      assertTrue(refused >= LOADS / 3, refused + " were refused");
      assertEquals(LOADS - refused, store.images().size());
      long left = left();
      assertTrue(left > reserved - 3 * UNIT, left + " bytes are left");
      assertEquals(List.of(), store.maintenance().planGc().garbage());
      assertTrue(store.maintenance().check(CheckOptions.DEFAULT).isHealthy());
    }
  }

  private static void load(LayerStore store, Path layout) {
    try {
      store.load(layout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRefused(CompletableFuture<Void> load, long reserved)
      throws InterruptedException {
    try {
      load.get();
      return false;
    } catch (ExecutionException e) {
      Throwable failure = e.getCause().getCause();
      if (!(failure instanceof LimitExceededException limit)) {
        throw new AssertionError("another failure", e);
      }
      assertEquals("reservedBytes", limit.limit());
      assertEquals(reserved, limit.maximum());
      return true;
    }
  }

  /** What a layer becomes is not known before. */
  @Test
  void row59ALayerThatGrowsIsStopped() throws IOException {
    TestImage zeros = new TestImage().layer(new TarBuilder().file("zeros", new byte[60 * UNIT]));
    Path layout = new TestLayout().image("zeros", zeros).write(temporary.resolve("zeros"));
    try (LayerStore store = open(StoreOptions.builder().reservedBytes(30 * UNIT))) {
      LimitExceededException e =
          assertThrows(LimitExceededException.class, () -> store.load(layout));
      assertEquals("reservedBytes", e.limit());
      requireNothingIsLeft(store);
    }
  }

  @Test
  void row59ABlobThatDoesNotFitIsNotBegun() throws IOException {
    Path layout = layout(1, 5);
    try (LayerStore store = open(StoreOptions.builder().reservedBytes(DISK - 2 * UNIT))) {
      long before = left();
      LimitExceededException e =
          assertThrows(LimitExceededException.class, () -> store.load(layout));
      assertTrue(e.getMessage().contains("/store"), e::getMessage);
      assertTrue(before - left() < UNIT, "something of it was written");
      requireNothingIsLeft(store);
    }
  }

  @Test
  void aSmallFileSystemKeepsASixteenthUnlessToldOtherwise() throws IOException {
    Path layout = layout(1, 31); // 62 units of 64
    try (LayerStore store = open(StoreOptions.builder())) {
      LimitExceededException e =
          assertThrows(LimitExceededException.class, () -> store.load(layout));
      assertEquals(DISK / 16, e.maximum());
      requireNothingIsLeft(store);
    }
    try (LayerStore store = open(StoreOptions.builder().reservedBytes(0))) {
      store.load(layout);
    }
  }
}
