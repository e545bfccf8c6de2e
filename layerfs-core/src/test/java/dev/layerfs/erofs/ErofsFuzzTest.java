package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the file, it is read the same each time and in bounded time, or refused by a typed error; what the merge takes
 * makes a tree in which everything is in order. Superblocks need no checksum here, as those of old makers have none.
 */
final class ErofsFuzzTest {
  private static final FileSystem MEMORY = Jimfs.newFileSystem(Configuration.unix());
  private static final Path IMAGE = MEMORY.getPath("/image");
  private static final Path DEVICE = MEMORY.getPath("/device");
  private static final Path MERGED = MEMORY.getPath("/merged");

  /** The byte of the feature flags that says whether there is a checksum. */
  private static final int CHECKSUM_FLAG = ErofsFormat.SUPER_OFFSET + 8;

  static Stream<Arguments> seeds() throws IOException {
    Path seeds = Files.createDirectories(MEMORY.getPath("/seeds"));
    Images images = new Images(seeds);
    Path layer = images.layer(
        "layer",
        new EntryList()
            .xattr("user.x", "value")
            .directory("d", 0700)
            .file("d/f", "content")
            .symlink("d/link", "target")
            .hardLink("lower", "some/where")
            .opaque("o")
            .whiteout("w")
            .characterDevice("c", 1, 3));
    Path other = images.layer("other", new EntryList().file("a/b", "x").file("c", "y"));
    Path tree = images.tree("tree", List.of(other));
    Files.copy(other, DEVICE);
    List<byte[]> all = new ArrayList<>(MkfsSeeds.images());
    for (Path image : List.of(layer, other, tree)) {
      all.add(Files.readAllBytes(image));
    }
    all.forEach(image -> image[CHECKSUM_FLAG] &= ~1);
    return all.stream().map(image -> Arguments.of((Object) image));
  }

  @AfterAll
  static void close() throws IOException {
    MEMORY.close();
  }

  @MethodSource("seeds")
  @FuzzTest
  void isReadTheSameEachTimeOrRefused(byte[] bytes) throws IOException {
    Files.write(IMAGE, bytes);
    for (List<Path> devices : List.of(List.<Path>of(), List.of(DEVICE))) {
      List<String> seen;
      try (ErofsImage image = ErofsImage.open(IMAGE, devices)) {
        seen = new BoundedWalk(image).lines();
        mergeOrRefuse(image);
      } catch (StoreCorruptException | UnsupportedImageException e) {
        assertTrue(e.getMessage().contains(IMAGE.toString()), "names the file");
        continue;
      }
      try (ErofsImage image = ErofsImage.open(IMAGE, devices)) {
        assertEquals(seen, new BoundedWalk(image).lines());
      }
    }
  }

  private static void mergeOrRefuse(ErofsImage image) throws IOException {
    Files.deleteIfExists(MERGED);
    try (var out = Images.create(MERGED)) {
      ImageTree.write(List.of(image, image), List.of("one", "two"), Images.uuid(1), out);
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, "says why");
      return;
    }
    try (ErofsImage merged = ErofsImage.open(MERGED, List.of(IMAGE, IMAGE))) {
      new BoundedWalk(merged).requireOrder();
    }
  }
}
