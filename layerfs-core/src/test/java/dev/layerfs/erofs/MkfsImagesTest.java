package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what mkfs.erofs makes of a directory, which uses more of the format than is written here. */
final class MkfsImagesTest {
  @TempDir
  Path directory;

  private Path source;

  @BeforeEach
  void makeSource() throws IOException {
    Tool.assume("mkfs.erofs");
    source = Files.createDirectory(directory.resolve("source"));
    Files.createDirectory(source.resolve("many"));
    for (int i = 0; i < 1_000; i++) {
      Files.writeString(source.resolve("many/file" + i), "content " + i);
    }
    for (int size : new int[] {0, 1, 4_000, 4_096, 4_097, 200_000}) {
      Files.write(source.resolve("size" + size), Samples.content(size));
    }
    byte[] holes = Samples.content(100_000);
    Arrays.fill(holes, 8_192, 90_000, (byte) 0);
    Files.write(source.resolve("holes"), holes);
    Files.createSymbolicLink(source.resolve("link"), Path.of("many/file1"));
    Files.createSymbolicLink(source.resolve("long"), Path.of("x/".repeat(1_000)));
    Files.createLink(source.resolve("second"), source.resolve("size1"));
  }

  private Path mkfs(String... options) throws IOException {
    Path image = directory.resolve("image.erofs");
    List<String> command = new ArrayList<>(List.of("mkfs.erofs", "--quiet"));
    command.addAll(List.of(options));
    command.addAll(List.of(image.toString(), source.toString()));
    Tool.Result result = Tool.run(command);
    assertEquals(0, result.status(), result.output());
    return image;
  }

  private void assertSame(Path file, List<Path> devices) throws IOException {
    try (ErofsImage image = ErofsImage.open(file, devices)) {
      assertEquals(1_000 + 11, assertSame(image, image.root(), source));
    }
  }

  private static int assertSame(ErofsImage image, long directory, Path source) throws IOException {
    int entries = 0;
    for (DirectoryEntry entry : image.list(directory)) {
      entries++;
      Path original = source.resolve(entry.name().toString());
      long nid = image.lookup(directory, entry.name()).nid();
      assertEquals(entry.inode(), nid);
      assertEquals(
          Files.getAttribute(original, "unix:nlink", LinkOption.NOFOLLOW_LINKS),
          image.stat(nid).links());
      if (entry.type() == FileType.DIRECTORY) {
        entries += assertSame(image, nid, original);
      } else if (entry.type() == FileType.SYMLINK) {
        assertEquals(Files.readSymbolicLink(original).toString(), Name.decode(image.readLink(nid)));
      } else {
        assertEquals(Images.content(Files.readAllBytes(original)), Images.content(image, nid));
      }
    }
    return entries;
  }

  @Test
  void readsItsDefault() throws IOException {
    assertSame(mkfs(), List.of());
  }

  @Test
  void readsCompactAndExtendedInodes() throws IOException {
    assertSame(mkfs("-T0", "-Eforce-inode-compact"), List.of());
    assertSame(mkfs("-Eforce-inode-extended"), List.of());
    assertSame(mkfs("-Enoinline_data"), List.of());
  }

  @Test
  void readsChunks() throws IOException {
    assertSame(mkfs("--chunksize=4096"), List.of());
    assertSame(mkfs("--chunksize=65536"), List.of());
  }

  @Test
  void readsChunksOnAnotherDevice() throws IOException {
    Path blob = directory.resolve("blob");
    Files.createFile(blob);
    assertSame(mkfs("--chunksize=4096", "--blobdev=" + blob), List.of(blob));
  }

  @Test
  void mapsWhatLiesInOnePiece() throws IOException {
    assertMapped(mkfs("-Enoinline_data"), List.of("size1", "size4096", "size200000", "holes"));
    assertMapped(mkfs(), List.of("size4096"));
    assertMapped(mkfs("--chunksize=4096"), List.of("size1", "size4000", "size4096"));
  }

  /** Maps some files; the others are refused or, where mkfs chose to lay them out so, mapped as well. */
  private void assertMapped(Path file, List<String> mappable) throws IOException {
    try (ErofsImage image = ErofsImage.open(file, List.of())) {
      for (int size : new int[] {0, 1, 4_000, 4_096, 4_097, 200_000}) {
        assertMapped(image, "size" + size, mappable.contains("size" + size));
      }
      assertMapped(image, "holes", mappable.contains("holes"));
    }
  }

  private void assertMapped(ErofsImage image, String name, boolean must) throws IOException {
    long nid = Images.find(image, name);
    byte[] content = Files.readAllBytes(source.resolve(name));
    try {
      ByteBuffer mapped = image.map(nid, 0, content.length, FileMapper.BUFFERS);
      assertEquals(ByteBuffer.wrap(content), mapped);
    } catch (UnsupportedOperationException e) {
      assertFalse(must, name);
      assertTrue(e.getMessage().matches(".*: a file (with inline data|in several pieces)"));
    }
    assertThrows(
        RuntimeException.class, () -> image.map(nid, 1, content.length, FileMapper.BUFFERS));
  }

  @Test
  void readsSharedAttributes() throws IOException {
    Tool.assume("setfattr");
    for (int i = 0; i < 20; i++) {
      String file = source.resolve("many/file" + i).toString();
      Tool.Result set = Tool.run(List.of("setfattr", "-n", "user.shared", "-v", "same", file));
      assumeTrue(set.status() == 0, set.output());
      Tool.run(List.of("setfattr", "-n", "user.own", "-v", "v" + i, file));
    }
    try (ErofsImage image = ErofsImage.open(mkfs("-x1"), List.of())) {
      for (int i = 0; i < 20; i++) {
        long nid = Images.find(image, "many/file" + i);
        assertEquals("same", Name.decode(image.xattr(nid, Name.of("user.shared"))));
        assertEquals("v" + i, Name.decode(image.xattr(nid, Name.of("user.own"))));
        assertTrue(image.xattrs(nid).contains(Name.of("user.shared")));
      }
    }
  }

  @Test
  void refusesCompressedImages() throws IOException {
    Files.write(source.resolve("compressible"), new byte[1_000_000]);
    Path file = mkfs("-zlz4");
    IOException e = assertThrows(IOException.class, () -> assertSame(file, List.of()));
    assertTrue(
        e.getMessage().contains("compress") || e.getMessage().contains("features"), e::toString);
  }
}
