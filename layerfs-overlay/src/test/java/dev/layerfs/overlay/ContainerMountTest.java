package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.spi.MountBackend.Union;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A union over the mount of an image, which is what a container is. */
final class ContainerMountTest extends MountingTest {
  private Path image;
  private Path root;

  @BeforeEach
  void mount() throws IOException {
    assumeTrue(backend.mountsImages(), "this kernel doesn't mount EROFS from a file");
    byte[] id = Files.readAllBytes(Path.of("/usr/bin/id").toRealPath());
    ImageFiles files = StoredImage.in(
        temp.resolve("store"),
        List.of(new TarBuilder()
            .file("file", "content")
            .characterDevice("zero", 1, 5)
            .add(TarEntryBuilder.file("id", id).mode(04755).owner(4321, 4321))
            .directory("proc/")));
    image = directory("image");
    assertTrue(backend.mountImage(files, image));
    root = directory("root");
    backend.mountUnion(
        new Union(
            "layerfs-test", List.of(image), directory("upper"), directory("work"), false, true),
        root);
  }

  @AfterEach
  void unmount() throws IOException {
    if (!findmnt(root, "FSTYPE").isEmpty()) {
      backend.unmount(root, false);
      backend.unmount(image, false);
    }
  }

  /** The image's own mount has none of these: only the container shows them. */
  @Test
  void setIdProgramsAndDevicesWork() throws IOException {
    assertEquals("4321", run(root.resolve("id").toString(), "-u").strip());
    assertEquals(4, run("head", "-c", "4", root.resolve("zero").toString()).length());
    assertEquals(
        "1 126 1",
        run(
                "sh",
                "-c",
                "\"$0\"/id 2>/dev/null; a=$?; head -c 4 \"$0\"/zero 2>/dev/null; echo 1 $a $?",
                image.toString())
            .strip());
  }

  @Test
  void theImageIsWhatLiesBeneath() throws IOException {
    assertEquals(
        List.of(List.of(image.toRealPath())),
        backend.mounted().stream()
            .filter(mounted -> mounted.target().equals(root.toAbsolutePath()))
            .map(mounted -> mounted.lowers())
            .toList());
  }

  @Test
  void anImageIsSharedAndStaysAsItIs() throws IOException {
    Path second = directory("second");
    backend.mountUnion(
        new Union(
            "layerfs-test", List.of(image), directory("upper2"), directory("work2"), false, true),
        second);
    try {
      Files.writeString(root.resolve("file"), "changed");
      assertEquals("content", Files.readString(second.resolve("file")));
      assertEquals("content", Files.readString(image.resolve("file")));
    } finally {
      backend.unmount(second, false);
    }
  }

  @Test
  void withMountsOfItsOwn() throws IOException {
    run("mount", "-t", "proc", "proc", root.resolve("proc").toString());
    try {
      assertTrue(Files.exists(root.resolve("proc/self/mountinfo")));
    } finally {
      backend.unmount(root.resolve("proc"), false);
    }
  }
}
