package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files end in an {@link IOException}, never in a loop or another exception. */
final class DamageTest {
  /** Each build tries one byte of so many. */
  private static final int ONE_IN = Scale.of(4, 1);

  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
  private final Path work = memory.getPath("/work");

  @TempDir
  Path onDisk;

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  private static EntryList sample() {
    EntryList entries = new EntryList().xattr("user.x", "value").directory("d", 0700);
    for (int i = 0; i < 25; i++) { // two blocks of names
      entries.file("d/" + "n".repeat(200) + i, i == 0 ? "content" : "");
    }
    return entries
        .symlink("d/link", "target")
        .symlink("d/longer", "x".repeat(100))
        .hardLink("lower", "some/where")
        .opaque("o")
        .whiteout("w")
        .characterDevice("c", 1, 3);
  }

  @Test
  void everyFlippedByteOfALayersMetadataIsSurvived() throws IOException {
    Path layer = new Images(work).layer("layer", sample());
    byte[] good = Files.readAllBytes(layer);
    int metadata = metadataOffset(layer);
    Random random = new Random(20_261_123);
    Path damaged = work.resolve("damaged");
    Random draw = Seed.random(DamageTest.class);
    for (int i = metadata; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      if (bad.length - i > 8 && random.nextInt(4) == 0) {
        Arrays.fill(bad, i, i + 8, (byte) (random.nextBoolean() ? 0xFF : 0));
      }
      if (draw.nextInt(ONE_IN) > 0) {
        continue;
      }
      Files.write(damaged, bad);
      surviveReading(damaged, List.of());
      if (i % 8 == 0) {
        surviveMerging(damaged);
      }
    }
  }

  @Test
  void everyFlippedByteOfATreesMetadataIsSurvived() throws IOException {
    Images images = new Images(work);
    Path layer =
        images.layer("layer", new EntryList().file("a/b", "x").file("c", "y".repeat(9000)));
    Path tree = images.tree("tree", List.of(layer, layer));
    byte[] good = Files.readAllBytes(tree);
    Random draw = Seed.random(DamageTest.class);
    for (int i = metadataOffset(tree, layer, layer); i < good.length; i++) {
      if (draw.nextInt(ONE_IN) > 0) {
        continue;
      }
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Path damaged = work.resolve("damaged");
      Files.write(damaged, bad);
      surviveReading(damaged, List.of(layer, layer));
    }
  }

  private static int metadataOffset(Path file, Path... devices) throws IOException {
    try (ErofsImage image = ErofsImage.open(file, List.of(devices))) {
      byte[] head = Files.readAllBytes(file);
      return (int) Superblock.decode(head, image.name()).metaOffset();
    }
  }

  /** Does everything that can be done with an image; all but {@link IOException}s fail the test. */
  private static void surviveReading(Path file, List<Path> devices) {
    try (ErofsImage image = ErofsImage.open(file, devices)) {
      Deque<Long> rest = new ArrayDeque<>(List.of(image.root()));
      int steps = 0; // a damaged tree may have a loop, which is for those who walk trees to see
      while (!rest.isEmpty() && steps++ < 400) {
        surviveReading(image, rest.pop(), rest);
      }
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, e::toString);
    }
  }

  private static void surviveReading(ErofsImage image, long nid, Deque<Long> rest) {
    try {
      FileType type = image.type(nid);
      image.stat(nid);
      for (Name name : image.xattrs(nid)) {
        image.xattr(nid, name);
      }
      if (type == FileType.DIRECTORY) {
        for (DirectoryEntry entry : image.list(nid)) {
          rest.add(entry.inode());
          image.lookup(nid, entry.name());
        }
        image.lookup(nid, Name.of("absent"));
      } else if (type == FileType.SYMLINK) {
        image.readLink(nid);
      } else if (type == FileType.REGULAR) {
        image.read(nid, 0, ByteBuffer.allocate(20_000));
        image.read(nid, image.size(nid) / 2, ByteBuffer.allocate(20_000));
        image.extent(nid);
      }
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, e::toString);
    }
  }

  private void surviveMerging(Path layer) throws IOException {
    Path tree = work.resolve("merged");
    Files.deleteIfExists(tree);
    try (ErofsImage image = ErofsImage.open(layer, List.of());
        var out = Images.create(tree)) {
      ImageTree.write(List.of(image, image), List.of("one", "two"), Images.uuid(1), out);
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, e::toString);
    }
  }

  @Test
  void everyFlippedBitOfTheSuperblockIsFound() throws IOException {
    Path layer = new Images(work).layer("layer", sample());
    byte[] good = Files.readAllBytes(layer);
    for (int i = ErofsFormat.SUPER_OFFSET; i < ErofsFormat.BLOCK_SIZE; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(layer, bad);
      if (i != ErofsFormat.SUPER_OFFSET + 8) { // the flag that says there is a checksum
        assertThrows(IOException.class, () -> ErofsImage.open(layer, List.of()), "byte " + i);
      }
    }
  }

  @Test
  void shorterFilesAreFound() throws IOException {
    for (Path directory : List.of(work, onDisk)) {
      Path layer = new Images(directory).layer("layer", sample());
      byte[] good = Files.readAllBytes(layer);
      for (int length : new int[] {0, 1, 1023, 1024, 1151, 1152, 4095, 4096, good.length - 1}) {
        Files.write(layer, Arrays.copyOf(good, length));
        assertThrows(
            StoreCorruptException.class, () -> ErofsImage.open(layer, List.of()), "" + length);
      }
    }
  }

  @Test
  void missingDevicesAreFoundWhenTheyAreNeeded() throws IOException {
    for (Path directory : List.of(work, onDisk)) {
      Images images = new Images(directory);
      Path layer = images.layer("one", new EntryList().file("f", "x"));
      Path tree = images.tree("tree1", List.of(layer));
      assertThrows(StoreCorruptException.class, () -> ErofsImage.open(tree, List.of()));
      try (ErofsImage image = ErofsImage.open(tree, List.of(directory.resolve("gone")))) {
        long nid = Images.find(image, "f");
        assertEquals(1, image.size(nid));
        assertThrows(IOException.class, () -> image.read(nid, 0, ByteBuffer.allocate(1)));
      }
      Files.write(layer, new byte[4096], StandardOpenOption.TRUNCATE_EXISTING);
      try (ErofsImage image = ErofsImage.open(tree, List.of(layer))) {
        long nid = Images.find(image, "f");
        assertThrows(StoreCorruptException.class, () -> image.read(nid, 0, ByteBuffer.allocate(1)));
      }
    }
  }
}
