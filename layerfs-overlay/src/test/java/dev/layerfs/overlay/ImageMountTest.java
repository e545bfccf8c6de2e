package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images, mounted straight from the files of a store. */
final class ImageMountTest extends MountingTest {
  private static final List<TarBuilder> TWO = List.of(
      new TarBuilder().directory("etc/").file("etc/motd", "first").file("etc/old", "old"),
      new TarBuilder().file("etc/motd", "second").file("etc/.wh.old", ""));

  @BeforeEach
  void assumeImages() throws IOException {
    assumeTrue(backend.mountsImages(), "this kernel doesn't mount EROFS from a file");
  }

  @Test
  void showsTheLayersMerged() throws IOException {
    Path target = directory("target");
    assertTrue(backend.mountImage(StoredImage.in(temp.resolve("store"), TWO), target));
    try {
      assertEquals("erofs", findmnt(target, "FSTYPE"));
      assertEquals(
          "ro,nosuid,nodev,noexec", findmnt(target, "VFS-OPTIONS").replace(",relatime", ""));
      assertEquals("second", Files.readString(target.resolve("etc/motd")));
      assertTrue(Files.notExists(target.resolve("etc/old")));
    } finally {
      backend.unmount(target, false);
    }
    assertEquals("", findmnt(target, "FSTYPE"));
  }

  /** Of the stores' paths, one of them in each build. */
  static List<String> lengths() {
    return Scale.share(
        List.of("short", "long"), Seed.random(ImageMountTest.class).nextInt(2), 2);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void showsFiveHundredLayers(String kind) throws IOException {
    List<TarBuilder> layers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      layers.add(new TarBuilder().file("f" + i, "content of " + i));
    }
    Path parent = kind.equals("long") ? directory(("d".repeat(200) + "/").repeat(4)) : temp;
    Path target = directory("target");
    assertTrue(backend.mountImage(StoredImage.in(parent.resolve("store"), layers), target));
    try {
      for (int i = 0; i < 500; i++) {
        assertEquals("content of " + i, Files.readString(target.resolve("f" + i)));
      }
    } finally {
      backend.unmount(target, false);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a,b", "a:b", "a\\b", "a\\054b", "a\"b", "a\nb", "a=b", "ä€😀", "#%?"})
  void anyNameWillDo(String name) throws IOException {
    Path parent = directory(name);
    Path target = directory(name + "/target");
    ImageFiles image = StoredImage.in(parent.resolve("store"), TWO);
    assertTrue(backend.mountImage(image, target));
    try {
      assertEquals("second", Files.readString(target.resolve("etc/motd")));
      assertEquals(
          List.of(image.tree().toString()),
          backend.mounted().stream()
              .filter(mounted -> mounted.target().equals(target.toAbsolutePath()))
              .map(mounted -> mounted.source())
              .toList());
    } finally {
      backend.unmount(target, false);
    }
  }

  /** The last component alone is longer than what a name may have. */
  @Test
  void longFileNames() throws IOException {
    ImageFiles image = StoredImage.in(temp.resolve("store"), TWO);
    Path tree = Files.copy(image.tree(), directory("d".repeat(100)).resolve("t".repeat(255)));
    Path target = directory("target");
    assertTrue(backend.mountImage(new ImageFiles(tree, image.layers()), target));
    try {
      assertEquals("second", Files.readString(target.resolve("etc/motd")));
    } finally {
      backend.unmount(target, false);
    }
  }

  @Test
  void looksWithoutMounting() throws IOException {
    assertTrue(backend.mountsImage(StoredImage.in(temp.resolve("store"), TWO)));
  }

  /** There the kernel answers as one that mounts no file at all. */
  @Test
  void filesOnTmpfsAreNotMounted() throws IOException {
    Path memory = directory("memory");
    run("mount", "-t", "tmpfs", "tmpfs", memory.toString());
    try {
      ImageFiles image = StoredImage.in(temp.resolve("store"), TWO);
      ImageFiles inMemory = new ImageFiles(
          Files.copy(image.tree(), memory.resolve("tree")),
          List.of(
              Files.copy(image.layers().get(0), memory.resolve("0")),
              Files.copy(image.layers().get(1), memory.resolve("1"))));
      Path target = directory("target");
      assertFalse(backend.mountsImage(inMemory));
      assertFalse(backend.mountImage(inMemory, target));
      assertEquals("", findmnt(target, "FSTYPE"));
    } finally {
      run("umount", memory.toString());
    }
  }

  @Test
  void whatIsNotThereIsAnError() throws IOException {
    ImageFiles image = StoredImage.in(temp.resolve("store"), TWO);
    Path target = directory("target");
    Files.delete(image.layers().get(1));
    NoSuchFileException missing =
        assertThrows(NoSuchFileException.class, () -> backend.mountImage(image, target));
    assertEquals(image.layers().get(1).toString(), missing.getFile());
    assertEquals(
        image.tree() + ": fsconfig create: ENOENT (No such file or directory)",
        missing.getCause().getMessage());
    assertEquals("", findmnt(target, "FSTYPE"));
  }

  @Test
  void whatIsDamagedIsAnError() throws IOException {
    ImageFiles image = StoredImage.in(temp.resolve("store"), TWO);
    Path target = directory("target");
    ImageFiles without = new ImageFiles(image.tree(), image.layers().subList(0, 1));
    IOException few = assertThrows(IOException.class, () -> backend.mountImage(without, target));
    assertTrue(few.getMessage().contains("EINVAL"), few.getMessage());
    Files.write(image.tree(), new byte[8192]);
    IOException damaged = assertThrows(IOException.class, () -> backend.mountImage(image, target));
    assertTrue(
        damaged.getMessage().startsWith(image.tree() + ": fsconfig create: EINVAL"),
        damaged.getMessage());
    assertEquals("", findmnt(target, "FSTYPE"));
  }

  @Test
  void targetsThatAreNoDirectories() throws IOException {
    ImageFiles image = StoredImage.in(temp.resolve("store"), TWO);
    Path link = Files.createSymbolicLink(temp.resolve("link"), directory("target"));
    IOException refused = assertThrows(IOException.class, () -> backend.mountImage(image, link));
    assertEquals(
        link + " is a symbolic link; a mount takes the directory itself", refused.getMessage());
    Path file = Files.createFile(temp.resolve("file"));
    assertThrows(NotDirectoryException.class, () -> backend.mountImage(image, file));
    Path none = temp.resolve("none");
    assertThrows(NoSuchFileException.class, () -> backend.mountImage(image, none));
  }
}
