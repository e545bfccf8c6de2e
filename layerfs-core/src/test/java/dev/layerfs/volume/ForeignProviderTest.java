package dev.layerfs.volume;

import static dev.layerfs.volume.MountedContainer.at;
import static dev.layerfs.volume.MountedContainer.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of providers that nobody here wrote, those of the JDK; and of layerfs itself. */
final class ForeignProviderTest {
  @TempDir
  Path temporary;

  private static HostView open(Path path) throws IOException {
    PathFiles files = PathFiles.of(path);
    return HostView.open(files, files.root(), HostViewOptions.DEFAULT);
  }

  private FileSystem zip() throws IOException {
    return FileSystems.newFileSystem(
        temporary.resolve("volume.zip"),
        Map.of("create", "true", "enablePosixFileAttributes", "true"));
  }

  @Test
  void anArchiveIsAVolume() throws IOException {
    try (FileSystem zip = zip();
        MountedContainer container = MountedContainer.of(at("/data", open(zip.getPath("/"))))) {
      Files.createDirectories(container.path("/data/a/b"));
      Files.writeString(container.path("/data/a/b/file"), "text");
      Files.writeString(container.path("/data/a/b/file"), "longer text");
      Files.move(container.path("/data/a/b/file"), container.path("/data/file"));
      Files.delete(container.path("/data/a/b"));
      assertEquals("longer text", Files.readString(container.path("/data/file")));
      try (Stream<Path> walk = Files.walk(container.path("/data"))) {
        assertEquals(
            List.of("/data", "/data/a", "/data/file"), walk.map(Path::toString).toList());
      }
    }
    try (FileSystem zip = zip()) {
      assertEquals("longer text", Files.readString(zip.getPath("/file")));
      assertTrue(Files.isDirectory(zip.getPath("/a")));
      assertFalse(Files.exists(zip.getPath("/a/b")));
    }
  }

  @Test
  void whatAnArchiveHasNotIsRefused() throws IOException {
    try (FileSystem zip = zip();
        HostView view = open(zip.getPath("/"))) {
      Name name = Name.of("name");
      assertErrno(Errno.EPERM, () -> view.symlink(view.root(), name, new byte[] {'x'}));
      assertErrno(Errno.EPERM, () -> view.create(view.root(), name, FileType.FIFO, 0600, 0, 0));
      var file = view.create(view.root(), name, FileType.REGULAR, 0600, 0, 0);
      assertErrno(Errno.ENOTSUP, () -> view.link(file, view.root(), Name.of("other")));
      assertErrno(Errno.EPERM, () -> view.chown(file, 12, 13));
      assertEquals(
          List.of("name"),
          view.list(view.root()).stream().map(entry -> entry.name().toString()).toList());
    }
  }

  private static void assertErrno(Errno errno, org.junit.jupiter.api.function.Executable call) {
    assertEquals(errno, assertThrows(PosixException.class, call).errno());
  }

  @Test
  void aClosedArchiveIsAnError() throws IOException {
    FileSystem zip = zip();
    Files.writeString(zip.getPath("/file"), "text");
    try (MountedContainer container = MountedContainer.of(at("/data", open(zip.getPath("/"))))) {
      zip.close();
      FileSystemException failure = assertThrows(
          FileSystemException.class, () -> Files.readString(container.path("/data/file")));
      assertEquals("Input/output error", failure.getReason());
      assertEquals("text", Files.readString(container.path("/file")));
    }
  }

  @Test
  void theJdksOwnModulesAreAReadOnlyVolume() throws IOException {
    Path base = Path.of(URI.create("jrt:/java.base"));
    try (MountedContainer container = MountedContainer.of(at("/jdk", open(base)))) {
      Path object = container.path("/jdk/java/lang/Object.class");
      assertEquals(Files.size(base.resolve("java/lang/Object.class")), Files.size(object));
      IOException sequential = assertThrows(IOException.class, () -> Files.readAllBytes(object));
      assertEquals("Operation not supported", sequential.getMessage());
      for (org.junit.jupiter.api.function.Executable change :
          List.<org.junit.jupiter.api.function.Executable>of(
              () -> Files.createDirectory(container.path("/jdk/new")),
              () -> Files.createFile(container.path("/jdk/new")),
              () -> Files.delete(object),
              () -> Files.write(object, new byte[0]))) {
        FileSystemException failure = assertThrows(FileSystemException.class, change);
        assertEquals("Read-only file system", failure.getReason());
      }
    }
  }

  @Test
  void aPathOfAContainerIsAVolumeOfAnother() throws IOException {
    try (MountedContainer inner = MountedContainer.of();
        MountedContainer outer =
            MountedContainer.of(at("/data", open(inner.path("/var/lib/data"))))) {
      assertEquals("covered", Files.readString(outer.path("/data/covered")));
      Files.writeString(outer.path("/data/new"), "new");
      assertEquals("new", Files.readString(inner.path("/var/lib/data/new")));
      Files.createSymbolicLink(outer.path("/data/link"), outer.path("new"));
      Files.createLink(outer.path("/data/hard"), outer.path("/data/new"));
      Files.setAttribute(outer.path("/data/new"), "unix:uid", 1000);
      Files.setAttribute(outer.path("/data/new"), "unix:mode", 0600);
      assertEquals(1000, Files.getAttribute(inner.path("/var/lib/data/new"), "unix:uid"));
      assertEquals(0100600, Files.getAttribute(inner.path("/var/lib/data/new"), "unix:mode"));
      assertEquals(2, Files.getAttribute(outer.path("/data/hard"), "unix:nlink"));
      assertEquals(
          "new", Files.readSymbolicLink(inner.path("/var/lib/data/link")).toString());
      Files.move(outer.path("/data/link"), outer.path("/data/moved"));
      Files.delete(outer.path("/data/covered"));
      assertFalse(Files.exists(inner.path("/var/lib/data/covered")));
      assertEquals(names("/data"), outer.view().mounts().get(0).path());
    }
  }
}
