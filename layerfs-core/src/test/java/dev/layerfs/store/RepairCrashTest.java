package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies at any point of a repair: every file is damaged still or right, and the next repair does the rest. */
final class RepairCrashTest {
  @TempDir
  Path temporary;

  private StorePaths paths;
  private Path layout;
  private final Map<Path, byte[]> good = new LinkedHashMap<>();

  @BeforeEach
  void prepare() throws IOException {
    TestImage contents = new TestImage().layer(new TarBuilder().file("file", "image"));
    layout = new TestLayout().image("image", contents).write(temporary.resolve("layout"));
    paths = new StorePaths(temporary.resolve("store"));
    StoreOptions fast = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(paths.root(), fast)) {
      Image image = store.load(layout).get(0);
      for (Path file : List.of(
          paths.index(),
          paths.ociLayout(),
          paths.blob(image.manifest().layers().get(0).digest()),
          paths.blob(image.manifest().config().digest()),
          paths.layerFile(image.layers().get(0).diffId()),
          paths.tree(Trees.chainId(List.of(image.layers().get(0).diffId()))))) {
        good.put(file, Files.readAllBytes(file));
      }
    }
  }

  private BlobSource source() {
    return blob -> Optional.of(Files.newInputStream(
        layout.resolve("blobs/sha256").resolve(blob.digest().encoded())));
  }

  private static byte[] damaged(byte[] bytes) {
    byte[] bad = bytes.clone();
    bad[bad.length - 1] ^= 1;
    return bad;
  }

  @Test
  void eachFileIsAsBeforeOrRight() throws IOException {
    boolean survived = false;
    for (int changes = DyingIo.first(RepairCrashTest.class); !survived; changes += DyingIo.STRIDE) {
      for (Map.Entry<Path, byte[]> file : good.entrySet()) {
        Files.write(file.getKey(), damaged(file.getValue()));
      }
      survived = DyingIo.dies(
          paths, changes, store -> store.check(true, true, List.of(source()), Progress.NOBODY));
      for (Map.Entry<Path, byte[]> file : good.entrySet()) {
        byte[] found = Files.readAllBytes(file.getKey());
        byte[] expected = found[found.length - 1] == file.getValue()[found.length - 1] || survived
            ? file.getValue()
            : damaged(file.getValue());
        assertArrayEquals(expected, found, file.getKey() + " after " + changes + " changes");
      }
      try (Store store = open(HostIo.of(paths.root(), false))) {
        store.check(true, true, List.of(source()), Progress.NOBODY);
        assertEquals(
            List.of(), store.check(true, false, List.of(), Progress.NOBODY).findings());
      }
    }
  }

  private Store open(StoreIo io) throws IOException {
    return Store.open(paths, io);
  }
}
