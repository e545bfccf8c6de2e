package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.StoreObject.Kind;
import dev.layerfs.oci.Digest;
import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store on a disk that has no byte and no inode left can be opened, and frees what nothing needs. */
final class FullDiskTest {
  private static final String DEAD = "0123456789ab";
  private static final String FILLER = "filler-";
  private static final int GARBAGE = 1 << 20;

  @TempDir
  Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "ext4"})
  void row59OnDisk(String type) throws IOException {
    try (LoopMount mount = LoopMount.of(type, temporary)) {
      run(mount.directory());
    }
  }

  @Test
  void row59InMemory() throws IOException {
    Configuration small = Configuration.unix().toBuilder()
        .setAttributeViews("basic", "owner", "posix", "unix", "user")
        .setMaxSize(16 << 20)
        .build();
    try (FileSystem memory = Jimfs.newFileSystem(small)) {
      run(memory.getPath("/work"));
    }
  }

  private void run(Path root) throws IOException {
    Files.createDirectories(root);
    Path directory = root.resolve("store");
    load(directory);
    Path blob = directory.resolve("blobs/sha256").resolve(digest());
    Files.write(blob, new byte[GARBAGE]);
    Path layer = Files.createDirectories(directory.resolve("layerfs/layers").resolve(digest()));
    Files.write(layer.resolve("layer.erofs"), new byte[GARBAGE]);
    Files.writeString(layer.resolve("layer.json"), "{}");
    fill(root);
    try (LayerStore store = LayerStore.open(directory)) {
      GcPlan plan = store.maintenance().planGc();
      assertEquals(
          "[BLOB, LAYER]",
          plan.garbage().stream()
              .map(g -> g.subject().kind())
              .collect(Collectors.toList())
              .toString());
      assertEquals(plan, store.maintenance().gc());
      assertTrue(Files.notExists(blob) && Files.notExists(layer));
      assertEquals(new GcPlan(List.of(), List.of(), 0), store.maintenance().planGc());
      assertEquals(
          Kind.IMAGE, store.maintenance().explain("one").get(0).subject().kind());
      store.tag("one", "two");
    }
    Files.delete(root.resolve(FILLER + false));
    leaveStaged(directory);
    fill(root);
    try (LayerStore store = LayerStore.open(directory)) { // which frees what the dead have left
      store.tag("one", "three");
      assertEquals(3, store.image("one").names().size());
    }
  }

  private void load(Path directory) throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("etc/motd", "one"));
    Path layout = new TestLayout()
        .image("one", image)
        .write(
            temporary.resolve("layout-" + directory.getFileSystem().provider().getScheme()));
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(layout);
    }
  }

  private static String digest() {
    return Digest.sha256(new byte[] {1}).encoded();
  }

  /** What a process has left that has filled the disk, and died of it. */
  private static void leaveStaged(Path directory) throws IOException {
    Path staging = Files.createDirectories(
        directory.resolve("layerfs/staging").resolve(DEAD).resolve("0/a/b"));
    Files.write(staging.resolve("c"), new byte[GARBAGE]);
    Files.write(staging.getParent().resolve("d"), new byte[GARBAGE]);
  }

  /** Fills the file system with fewer and fewer bytes, then with names, until nothing more goes. */
  private static void fill(Path root) throws IOException {
    Path filler = root.resolve(FILLER + Files.exists(root.resolve("names")));
    byte[] random = new byte[1 << 20];
    new Random(1).nextBytes(random);
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (int length = random.length; length > 0; length /= 2) {
        write(out, random, length);
      }
    } catch (IOException e) {
      // what was buffered
    }
    Path names = root.resolve("names");
    assertThrows(IOException.class, () -> {
      for (int i = 0; ; i++) {
        Files.createDirectories(names.resolve(Integer.toString(i)));
        Files.write(names.resolve(Integer.toString(i)).resolve("f"), new byte[1]);
      }
    });
  }

  private static void write(OutputStream out, byte[] bytes, int length) {
    try {
      while (true) {
        out.write(bytes, 0, length);
      }
    } catch (IOException e) {
      // full for this length
    }
  }
}
