package dev.layerfs.provider;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.LayerStore;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files copied and moved from one file system to another: nothing of them is lost on the way. */
final class TransferTest {
  @TempDir
  Path temporary;

  private LayerStore disk;
  private LayerStore memory;

  /** Where the two file systems are. */
  enum Place {
    /** Two containers of one store. */
    SAME_STORE,
    /** A container on the disk, the other in memory. */
    DIFFERENT_STORES
  }

  @BeforeEach
  void load() throws IOException {
    TarBuilder layer = new TarBuilder()
        .directory("d/")
        .file("d/file", "content")
        .hardLink("d/hard", "d/file")
        .symlink("d/link", "file")
        .symlink("d/dangling", "no/where")
        .fifo("d/fifo")
        .characterDevice("d/device", 5, 300)
        .directory("d/empty/")
        .directory("d/full/")
        .file("d/full/entry", "");
    Path layout = new TestLayout()
        .image("debian:12", new TestImage().layer(layer))
        .write(temporary.resolve("layout"));
    disk = LayerStore.open(temporary.resolve("store"));
    memory = LayerStore.inMemory();
    disk.load(layout);
    memory.load(layout);
  }

  @AfterEach
  void close() throws IOException {
    disk.close();
    memory.close();
  }

  private Path source() throws IOException {
    return disk.create(disk.image("debian:12")).root().resolve("d");
  }

  private Path target(Place place) throws IOException {
    LayerStore store = place == Place.SAME_STORE ? disk : memory;
    Path root = store.create(store.image("debian:12")).root();
    return Files.createDirectory(root.resolve("t"));
  }

  /** What {@code COPY_ATTRIBUTES} promises. */
  private static Map<String, Object> attributes(Path file) throws IOException {
    return Files.readAttributes(
        file, "unix:mode,uid,gid,rdev,lastModifiedTime,lastAccessTime", NOFOLLOW_LINKS);
  }

  @ParameterizedTest
  @EnumSource
  void copiesEverything(Place place) throws IOException {
    Path source = source();
    Path target = target(place);
    Files.setAttribute(source.resolve("file"), "unix:uid", 1000);
    Files.setAttribute(source.resolve("file"), "unix:mode", 04751);
    Files.setAttribute(source.resolve("file"), "user:note", new byte[] {1, 2});
    FileTime time = FileTime.from(Instant.ofEpochSecond(1_000, 123_456_789));
    Files.setLastModifiedTime(source.resolve("file"), time);
    for (String name : new String[] {"file", "link", "dangling", "fifo", "device", "empty"}) {
      Map<String, Object> before = attributes(source.resolve(name));
      Path copy =
          Files.copy(source.resolve(name), target.resolve(name), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
      assertEquals(before, attributes(copy), name);
    }
    assertEquals("content", Files.readString(target.resolve("link")));
    assertEquals("no/where", Files.readSymbolicLink(target.resolve("dangling")).toString());
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap((byte[])
        Files.getAttribute(target.resolve("file"), "user:note")));
    assertTrue(Files.exists(source.resolve("file")));
    Path plain = Files.copy(source.resolve("link"), target.resolve("plain"));
    assertTrue(Files.isRegularFile(plain, NOFOLLOW_LINKS));
    assertEquals(0, Files.getAttribute(plain, "unix:uid"));
    assertFalse(Files.isSameFile(source.resolve("file"), target.resolve("file")));
    assertEquals(-1, Files.mismatch(source.resolve("file"), target.resolve("file")));
  }

  @ParameterizedTest
  @EnumSource
  void holesStayHoles(Place place) throws IOException {
    Path sparse = source().resolve("sparse");
    try (var channel =
        Files.newByteChannel(sparse, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.position(64 << 20).write(ByteBuffer.wrap(new byte[] {7}));
    }
    Path copy = Files.copy(sparse, target(place).resolve("copy"));
    assertEquals((64 << 20) + 1, Files.size(copy));
    assertEquals(-1, Files.mismatch(sparse, copy));
  }

  @ParameterizedTest
  @EnumSource
  void copiesRespectWhatIsThere(Place place) throws IOException {
    Path file = source().resolve("file");
    Path target = target(place);
    Path there = Files.writeString(target.resolve("there"), "old");
    Path full = Files.createDirectories(target.resolve("full/x")).getParent();
    assertThrows(FileAlreadyExistsException.class, () -> Files.copy(file, there));
    assertEquals("old", Files.readString(there));
    Files.copy(file, there, REPLACE_EXISTING);
    assertEquals("content", Files.readString(there));
    assertThrows(DirectoryNotEmptyException.class, () -> Files.copy(file, full, REPLACE_EXISTING));
    assertThrows(NoSuchFileException.class, () -> Files.copy(file.resolveSibling("none"), there));
    assertThrows(NoSuchFileException.class, () -> Files.copy(file, target.resolve("no/dir")));
    assertThrows(UnsupportedOperationException.class, () -> Files.copy(file, there, ATOMIC_MOVE));
  }

  @ParameterizedTest
  @EnumSource
  void movesWithAllAttributes(Place place) throws IOException {
    Path source = source();
    Path target = target(place);
    for (String name : new String[] {"file", "link", "dangling", "fifo", "device", "empty"}) {
      Map<String, Object> before = attributes(source.resolve(name));
      Path moved = Files.move(source.resolve(name), target.resolve(name));
      assertEquals(before, attributes(moved), name);
      assertFalse(Files.exists(source.resolve(name), NOFOLLOW_LINKS));
    }
    assertEquals("content", Files.readString(source.resolve("hard")));
    Path file = source.resolve("hard");
    assertThrows(FileAlreadyExistsException.class, () -> Files.move(file, target.resolve("file")));
    assertThrows(
        AtomicMoveNotSupportedException.class,
        () -> Files.move(file, target.resolve("new"), ATOMIC_MOVE));
    assertThrows(
        DirectoryNotEmptyException.class,
        () -> Files.move(source.resolve("full"), target.resolve("file"), REPLACE_EXISTING));
    assertEquals("content", Files.readString(target.resolve("file")), "it was not touched");
    Files.move(file, target.resolve("empty"), REPLACE_EXISTING);
    assertEquals("content", Files.readString(target.resolve("empty")));
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeDeletedIsNotMoved(Place place) throws IOException {
    Path image = disk.image("debian:12").open().root().resolve("d");
    Path there = Files.writeString(target(place).resolve("there"), "old");
    FileSystemException e = assertThrows(
        FileSystemException.class,
        () -> Files.move(image.resolve("file"), there, REPLACE_EXISTING));
    assertEquals("Read-only file system", e.getReason());
    assertEquals("old", Files.readString(there));
    assertEquals(
        "content", Files.readString(Files.copy(image.resolve("file"), there, REPLACE_EXISTING)));
    assertThrows(
        FileSystemException.class,
        () -> Files.copy(there, image.resolve("file"), REPLACE_EXISTING));
    assertThrows(FileSystemException.class, () -> Files.move(there, image.resolve("new")));
    assertEquals("content", Files.readString(there));
  }

  @ParameterizedTest
  @EnumSource
  void linksDontCrossFileSystems(Place place) throws IOException {
    Path file = source().resolve("file");
    Path target = target(place);
    FileSystemException e = assertThrows(
        FileSystemException.class, () -> Files.createLink(target.resolve("new"), file));
    assertEquals("Invalid cross-device link", e.getReason());
    assertThrows(
        ProviderMismatchException.class,
        () -> Files.createSymbolicLink(target.resolve("new"), file));
    try (DirectoryStream<Path> from = Files.newDirectoryStream(file.getParent());
        DirectoryStream<Path> to = Files.newDirectoryStream(target)) {
      var secure = (SecureDirectoryStream<Path>) from;
      assertThrows(
          AtomicMoveNotSupportedException.class,
          () -> secure.move(
              file.getFileName(),
              (SecureDirectoryStream<Path>) to,
              target.resolve("new").getFileName()));
    }
    assertSame(file.getFileSystem().provider(), target.getFileSystem().provider());
  }
}
