package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs go while processes die, disks fail, and others need them: at every moment they are there or can be made again. */
final class DiscardCrashTest {
  @TempDir
  Path temporary;

  private StorePaths paths;
  private Path layout;
  private Descriptor manifest;
  private final Map<Descriptor, byte[]> layers = new LinkedHashMap<>();

  @BeforeEach
  void prepare() throws IOException {
    TestImage contents = new TestImage().layer(tar("one")).layer(tar("two"));
    layout = new TestLayout().image("image", contents).write(temporary.resolve("layout"));
    paths = new StorePaths(temporary.resolve("store"));
    StoreOptions fast = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(paths.root(), fast)) {
      manifest = store.load(layout).get(0).manifest().descriptor();
    }
    for (Descriptor layer : contents.manifest().layers()) {
      layers.put(layer, Files.readAllBytes(paths.blob(layer.digest())));
    }
  }

  private static TarBuilder tar(String name) {
    byte[] content = new byte[5000];
    new Random(name.hashCode()).nextBytes(content);
    return new TarBuilder().file(name, content);
  }

  private Store open() throws IOException {
    return Store.open(paths, HostIo.of(paths.root(), false));
  }

  private void assertEveryBlobCanBeRead(Store store, String message) throws IOException {
    for (Map.Entry<Descriptor, byte[]> layer : layers.entrySet()) {
      try (InputStream in = store.openBlob(layer.getKey())) {
        assertArrayEquals(layer.getValue(), in.readAllBytes(), message);
      }
    }
  }

  @Test
  void aProcessThatDiesLosesNothing() throws IOException {
    boolean survived = false;
    int changes = DyingIo.first(DiscardCrashTest.class);
    while (!survived) {
      survived = DyingIo.dies(paths, changes, store -> store.discardBlobs(false));
      String message = "after " + changes + " changes";
      try (Store store = open()) {
        assertEquals(
            List.of(), store.check(true, false, List.of(), Progress.NOBODY).findings(), message);
        assertEveryBlobCanBeRead(store, message);
      }
      forgetRecipes();
      changes += DyingIo.STRIDE;
    }
    assertTrue(changes > 20, changes + " changes");
  }

  /** So that the next round makes them again. */
  private void forgetRecipes() throws IOException {
    for (Path recipe : StoreFiles.list(paths.recipes())) {
      Files.delete(recipe);
    }
  }

  @Test
  void whoDiesWhileABlobIsMadeAgainLosesNothing() throws IOException {
    boolean survived = false;
    for (int changes = DyingIo.first(DiscardCrashTest.class);
        !survived;
        changes += DyingIo.STRIDE) {
      try (Store store = open()) {
        store.discardBlobs(false);
      }
      Descriptor first = layers.keySet().iterator().next();
      survived = DyingIo.dies(paths, changes, store -> store.openBlob(first).close());
      try (Store store = open()) {
        String message = "after " + changes + " changes";
        assertEquals(
            List.of(), store.check(true, false, List.of(), Progress.NOBODY).findings(), message);
        assertEveryBlobCanBeRead(store, message);
      }
    }
  }

  /** A directory that could not be forced may not name the recipe after a power loss. */
  @Test
  void withoutADurableRecipeTheBlobStays() throws IOException {
    AtomicBoolean failing = new AtomicBoolean();
    StoreIo io = new ForwardingIo(HostIo.of(paths.root(), false)) {
      @Override
      void change() {
        // every one is made
      }

      @Override
      public void syncDirectory(Path directory) throws IOException {
        if (failing.get() && directory.equals(paths.recipes())) {
          throw new IOException("the disk has failed");
        }
        super.syncDirectory(directory);
      }
    };
    try (Store store = Store.open(paths, io)) {
      failing.set(true);
      IOException failure = assertThrows(IOException.class, () -> store.discardBlobs(false));
      assertEquals("the disk has failed", failure.getMessage());
      layers.keySet().forEach(layer -> assertTrue(Files.exists(paths.blob(layer.digest()))));
      assertEquals(List.of(), StoreFiles.list(paths.recipes()), "taken back");
      failing.set(false);
      assertEquals(2, store.discardBlobs(false).discarded().size());
    }
  }

  @Test
  void whatSomebodyHoldsStays() throws IOException {
    try (Store store = open()) {
      try (ImageBlobs held = store.hold(manifest)) {
        Discard.Report report = store.discardBlobs(false);
        assertEquals(
            List.of(Discard.Reason.IN_USE, Discard.Reason.IN_USE),
            report.kept().stream().map(Discard.Kept::reason).toList());
      }
      assertEquals(2, store.discardBlobs(false).discarded().size());
    }
  }

  /** Who holds a blob holds what it is made of, although the image is gone. */
  @Test
  void aDiscardedBlobThatIsHeldKeepsItsLayerFile() throws IOException {
    try (Store store = open()) {
      store.discardBlobs(false);
      try (ImageBlobs held = store.hold(manifest)) {
        store.images().remove("image");
        store.images().sweep();
        for (Map.Entry<Descriptor, byte[]> layer : layers.entrySet()) {
          assertFalse(Files.exists(paths.blob(layer.getKey().digest())));
          try (InputStream in = held.open(layer.getKey())) {
            assertArrayEquals(layer.getValue(), in.readAllBytes());
          }
        }
      }
      store.images().sweep();
      assertEquals(List.of(), StoreFiles.list(paths.layers()));
      assertEquals(List.of(), StoreFiles.list(paths.recipes()));
      assertEquals(List.of(), StoreFiles.list(paths.blobs().resolve("sha256")));
    }
  }

  /** A record that can't be read may name any layer file. */
  @Test
  void aDamagedRecipeKeepsAllLayerFiles() throws IOException {
    try (Store store = open()) {
      store.discardBlobs(false);
      Path recipe = StoreFiles.list(paths.recipes()).get(0);
      Files.write(recipe, new byte[10]);
      try (ImageBlobs held = store.hold(manifest)) {
        store.images().remove("image");
        Images.Swept swept = store.images().sweep();
        assertEquals(Item.Kind.RECIPE, swept.obstacles().get(0).item().kind());
        assertEquals(2, StoreFiles.list(paths.layers()).size());
      }
    }
  }
}
