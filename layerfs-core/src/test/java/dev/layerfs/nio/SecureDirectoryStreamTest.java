package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations relative to an open directory, also after it was moved and another took its name. */
final class SecureDirectoryStreamTest {
  private final FileSystem door = LayerFileSystem.of(new ModelView(), "id");
  private final Path directory = door.getPath("/d");

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(directory.resolve("sub/empty"));
    Files.writeString(directory.resolve("file"), "inside");
    Files.writeString(door.getPath("/outside"), "out");
    Files.createSymbolicLink(directory.resolve("link"), door.getPath("../outside"));
  }

  private SecureDirectoryStream<Path> open() throws IOException {
    return (SecureDirectoryStream<Path>) Files.newDirectoryStream(directory);
  }

  /** Moves the open directory away and puts another in its place. */
  private void swap() throws IOException {
    Files.move(directory, door.getPath("/moved"));
    Files.createDirectory(directory);
    Files.writeString(directory.resolve("file"), "an impostor's");
  }

  @Test
  void followsTheDirectoryNotItsName() throws IOException {
    try (SecureDirectoryStream<Path> stream = open()) {
      swap();
      assertEquals(6, size(stream, "file"));
      assertEquals(3, size(stream, "link"));
      assertEquals(13, size(stream, "/d/file"));
      stream.deleteFile(door.getPath("file"));
      assertFalse(Files.exists(door.getPath("/moved/file")));
      assertTrue(Files.exists(door.getPath("/d/file")));
    }
  }

  private long size(SecureDirectoryStream<Path> stream, String path) throws IOException {
    Set<StandardOpenOption> read = Set.of(StandardOpenOption.READ);
    try (SeekableByteChannel channel = stream.newByteChannel(door.getPath(path), read)) {
      return channel.size();
    }
  }

  @Test
  void opensBelow() throws IOException {
    try (SecureDirectoryStream<Path> stream = open()) {
      swap();
      try (var sub = stream.newDirectoryStream(door.getPath("sub"), NOFOLLOW_LINKS)) {
        List<Path> names = new ArrayList<>();
        sub.forEach(names::add);
        assertEquals(List.of(door.getPath("/d/sub/empty")), names);
        sub.deleteDirectory(door.getPath("empty"));
      }
      Path link = door.getPath("link");
      assertThrows(
          NotDirectoryException.class, () -> stream.newDirectoryStream(link, NOFOLLOW_LINKS));
      stream.deleteDirectory(door.getPath("sub"));
    }
    assertFalse(Files.exists(door.getPath("/moved/sub")));
  }

  @Test
  void deletesOnlyWhatItSays() throws IOException {
    try (SecureDirectoryStream<Path> stream = open()) {
      assertThrows(
          DirectoryNotEmptyException.class, () -> stream.deleteDirectory(door.getPath("sub")));
      assertEquals(
          "Is a directory",
          assertThrows(FileSystemException.class, () -> stream.deleteFile(door.getPath("sub")))
              .getReason());
      assertEquals(
          "Not a directory",
          assertThrows(
                  FileSystemException.class, () -> stream.deleteDirectory(door.getPath("file")))
              .getReason());
      assertThrows(NoSuchFileException.class, () -> stream.deleteFile(door.getPath("none")));
    }
  }

  @Test
  void movesBetweenDirectories() throws IOException {
    try (SecureDirectoryStream<Path> stream = open();
        SecureDirectoryStream<Path> sub = stream.newDirectoryStream(door.getPath("sub"))) {
      swap();
      stream.move(door.getPath("file"), sub, door.getPath("there"));
      assertEquals("inside", Files.readString(door.getPath("/moved/sub/there")));
      assertThrows(
          NoSuchFileException.class,
          () -> stream.move(door.getPath("file"), sub, door.getPath("there")));
    }
  }

  @Test
  void attributes() throws IOException {
    try (SecureDirectoryStream<Path> stream = open()) {
      swap();
      assertTrue(stream
          .getFileAttributeView(BasicFileAttributeView.class)
          .readAttributes()
          .isDirectory());
      var view = stream.getFileAttributeView(door.getPath("file"), PosixFileAttributeView.class);
      view.setPermissions(PosixFilePermissions.fromString("r--------"));
      assertEquals(0400, (int) Files.getAttribute(door.getPath("/moved/file"), "unix:mode") & 0777);
      var link = stream.getFileAttributeView(
          door.getPath("link"), BasicFileAttributeView.class, NOFOLLOW_LINKS);
      assertTrue(link.readAttributes().isSymbolicLink());
    }
  }

  @Test
  void closedStreamsSaySo() throws IOException {
    SecureDirectoryStream<Path> stream = open();
    stream.close();
    Path file = door.getPath("file");
    assertThrows(ClosedDirectoryStreamException.class, () -> stream.deleteFile(file));
    assertThrows(ClosedDirectoryStreamException.class, () -> stream.newDirectoryStream(file));
    assertThrows(
        ClosedDirectoryStreamException.class,
        () -> stream.getFileAttributeView(BasicFileAttributeView.class));
  }

  @Test
  void guavaDeletesRecursivelyAndSecurely() throws IOException {
    MoreFiles.deleteRecursively(directory);
    assertFalse(Files.exists(directory));
    assertEquals("out", Files.readString(door.getPath("/outside")));
  }
}
