package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.Garbage;
import dev.layerfs.testing.OpenFiles;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a store and its containers have open is open no longer than they are; mappings until they are collected. */
@EnabledOnOs(OS.LINUX)
final class ReleasedFilesTest {
  @TempDir
  Path temp;

  private String directory;

  @BeforeEach
  void find() throws IOException {
    directory = temp.toRealPath().toString();
  }

  private TestContainer open() throws IOException {
    TarBuilder layer = new TarBuilder().file("file", "content").file("other", "x".repeat(10_000));
    return TestContainer.in(temp.resolve("store"), new TestImage().layer(layer));
  }

  /** Reads, writes, and leaves channels and streams to be closed with the container. */
  private static void use(TestContainer container) throws IOException {
    Path root = container.root();
    FileChannel image = FileChannel.open(root.resolve("other"));
    assertEquals(5, image.read(ByteBuffer.allocate(5)));
    Files.newOutputStream(root.resolve("new")).write(1);
    Files.newInputStream(root.resolve("file")).read();
    Files.newDirectoryStream(root).iterator().next();
  }

  @Test
  void closingAStoreReleasesItsFiles() throws IOException {
    TestContainer container = open();
    use(container);
    assertFalse(OpenFiles.below(directory).isEmpty());
    assertFalse(OpenFiles.mappedBelow(directory).isEmpty(), "an open image is mapped");
    container.close();
    assertEquals(List.of(), OpenFiles.below(directory));
  }

  @Test
  void closingAContainerReleasesItsFiles() throws IOException {
    try (TestContainer container = open()) {
      use(container);
      container.container().close();
      List<String> left = OpenFiles.below(directory + "/store/layerfs/containers");
      assertEquals(List.of(), left);
    }
  }

  /** In a frame of its own, so that nothing refers to the container afterwards. */
  private void openUseAndClose() throws IOException {
    try (TestContainer container = open();
        FileChannel channel = FileChannel.open(container.root().resolve("other"))) {
      use(container);
      assertEquals('x', channel.map(MapMode.READ_ONLY, 0, 9_000).get(8_999));
      assertTrue(mapped().size() >= 3, "the layer, the tree, and the file");
    }
  }

  @Test
  void whatNobodyRefersToIsUnmapped() throws IOException {
    openUseAndClose();
    assertTrue(
        Garbage.collectUntil(() -> OpenFiles.mappedBelow(directory).isEmpty()),
        () -> "still mapped although everything is closed: " + mapped());
  }

  /** What is closed holds no mapping, however long a program keeps it: its host can be unmounted. */
  @Test
  void whatIsClosedIsUnmappedThoughItIsKept() throws IOException {
    TestContainer container = open();
    Path root = container.root();
    FileChannel channel = FileChannel.open(root.resolve("other"));
    use(container);
    assertFalse(mapped().isEmpty(), "an open image is mapped");
    container.close();
    assertTrue(
        Garbage.collectUntil(() -> OpenFiles.mappedBelow(directory).isEmpty()),
        () -> "still mapped although everything is closed: " + mapped());
    assertThrows(ClosedFileSystemException.class, () -> Files.size(root.resolve("file")));
    assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
    Reference.reachabilityFence(container);
  }

  private List<String> mapped() {
    try {
      return OpenFiles.mappedBelow(directory);
    } catch (IOException e) {
      return List.of(e.toString());
    }
  }
}
