package dev.layerfs.recipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tar is put together again, byte for byte, and what the layer file has is not kept twice. */
final class TarRecipeTest {
  private static final int TARS = 60;

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir
  Path temporary;

  private Path layerFile;

  @BeforeEach
  void prepare() {
    layerFile = temporary.resolve("layer.erofs");
  }

  private byte[] recipe(byte[] tar) throws IOException {
    Files.deleteIfExists(layerFile);
    try (FileChannel channel = FileChannel.open(
        layerFile,
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE)) {
      ChangesetReader changes = new ChangesetReader(
          new ByteArrayInputStream(tar), "layer", Limits.DEFAULT, () -> tar.length);
      LayerFile.write(changes, channel, () -> new byte[16]);
    }
    ByteArrayOutputStream recipe = new ByteArrayOutputStream();
    TarRecipe.write(new ByteArrayInputStream(tar), layerFile, recipe);
    return recipe.toByteArray();
  }

  private byte[] replay(byte[] recipe) throws IOException {
    try (InputStream tar = TarRecipe.open(new ByteArrayInputStream(recipe), layerFile)) {
      return tar.readAllBytes();
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void tarsOfAllKinds() throws IOException {
    for (int i = 0; i < TARS; i++) {
      byte[] tar = tar();
      assertArrayEquals(tar, replay(recipe(tar)), "seed " + seed + ", tar " + i);
    }
  }

  /** Files of all lengths around those of blocks, some that begin alike, some again, with what is no file in between. */
  private byte[] tar() {
    byte[] head = bytes(600);
    TarBuilder tar = new TarBuilder().directory("d/");
    int members = random.nextInt(12);
    for (int i = 0; i < members; i++) {
      int length = random.nextInt(4) * 4096 + random.nextInt(3) * 512 + random.nextInt(3) - 1;
      byte[] content = bytes(Math.max(0, length));
      if (random.nextBoolean()) {
        System.arraycopy(head, 0, content, 0, Math.min(head.length, content.length));
      }
      if (random.nextInt(5) == 0) {
        Arrays.fill(content, (byte) 0);
      }
      tar.file("d/" + (random.nextInt(6) == 0 ? "again" : "file" + i), content);
      if (random.nextInt(3) == 0) {
        tar.symlink("d/link" + i, "target")
            .whiteout("d/", "gone" + i)
            .hardLink("d/hard" + i, "d/link" + i);
      }
    }
    if (random.nextInt(4) == 0) {
      return tar.buildWithoutEnd();
    }
    byte[] whole = tar.build();
    return random.nextInt(4) == 0 ? Arrays.copyOf(whole, whole.length + 512 * 18) : whole;
  }

  @Test
  void contentIsNotKeptTwice() throws IOException {
    byte[] license = bytes(700);
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 200; i++) {
      byte[] content = bytes(5000);
      System.arraycopy(license, 0, content, 0, license.length);
      tar.file("file" + i, content);
    }
    byte[] recipe = recipe(tar.build());
    assertTrue(recipe.length < 200 * 30, recipe.length + " bytes for 200 files");
    assertArrayEquals(tar.build(), replay(recipe));
  }

  /** The older content is nowhere else. */
  @Test
  void whatALaterMemberReplacesIsKept() throws IOException {
    byte[] replaced = bytes(3000);
    byte[] tar =
        new TarBuilder().file("file", replaced).file("file", bytes(100)).build();
    byte[] recipe = recipe(tar);
    assertTrue(recipe.length > replaced.length, recipe.length + " bytes");
    assertArrayEquals(tar, replay(recipe));
  }

  @Test
  void damageIsNoOtherException() throws IOException {
    byte[] recipe = recipe(new TarBuilder().file("file", bytes(9000)).build());
    for (int i = 0; i < recipe.length; i++) {
      byte[] bad = recipe.clone();
      bad[i] ^= (byte) (1 << i % 8);
      try {
        replay(bad);
      } catch (StoreCorruptException expected) {
        // or another tar, which its digest tells
      }
      assertThrows(
          StoreCorruptException.class, () -> replay(Arrays.copyOf(recipe, recipe.length - 1)));
    }
  }
}
