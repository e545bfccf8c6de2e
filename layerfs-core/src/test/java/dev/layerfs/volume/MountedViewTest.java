package dev.layerfs.volume;

import static dev.layerfs.volume.MountedContainer.at;
import static dev.layerfs.volume.MountedContainer.names;
import static dev.layerfs.volume.MountedContainer.readOnlyAt;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.MountedRoot;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.volume.VolumeKind.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container with volumes shows and allows, for volumes of every kind. */
final class MountedViewTest {
  private static void assertErrno(Errno errno, Executable operation) {
    assertEquals(errno, assertThrows(PosixException.class, operation).errno());
  }

  private static void assertFails(String message, Executable operation) {
    FileSystemException e = assertThrows(FileSystemException.class, operation);
    assertEquals(message, e.getReason());
  }

  @Test
  void withoutVolumesTheViewIsTheContainersOwn() throws IOException {
    try (MountedContainer container = MountedContainer.of()) {
      assertSame(container.base(), container.view());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void aVolumeCoversWhatTheImageHas(VolumeKind kind) throws IOException {
    Volume volume = kind.open();
    try (volume;
        MountedContainer container = MountedContainer.of(at("/var/lib/data", volume.view()))) {
      assertFalse(Files.exists(container.path("/var/lib/data/covered")));
      Files.writeString(container.path("/var/lib/data/new"), "kept");
      assertEquals("kept", Files.readString(container.path("/var/lib/../lib/data/./new")));
      assertTrue(container.base().list(find(container, "/var/lib")).stream()
          .anyMatch(entry -> entry.name().equals(Name.of("data"))));
    }
  }

  private static dev.layerfs.posix.Node find(MountedContainer container, String path)
      throws PosixException {
    return container.node(path);
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void dotsLeadOutOfAVolumeAsTheyLeadOutOfADirectory(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/var/lib/data", volume.view()))) {
      Files.createDirectory(container.path("/var/lib/data/sub"));
      Path passwd = container.path("/var/lib/data/sub/../../../../etc/passwd");
      assertEquals("/etc/passwd", passwd.toRealPath().toString());
      assertEquals(
          "/var/lib", container.path("/link/..").toRealPath().toString(), "dots are physical");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void linksPointInAndOut(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/var/lib/data", volume.view()))) {
      Path data = container.path("/var/lib/data");
      Files.writeString(data.resolve("in"), "inside");
      if (kind != VolumeKind.PLAIN_JIMFS_WINDOWS) { // absolute paths have a drive there
        Files.createSymbolicLink(data.resolve("absolute"), container.path("/etc/passwd"));
        assertTrue(Files.readString(data.resolve("absolute")).startsWith("root:"));
      }
      Files.createSymbolicLink(data.resolve("up"), container.path("../../../etc/passwd"));
      assertEquals("inside", Files.readString(container.path("/link/in")));
      assertEquals("inside", Files.readString(container.path("/relative/in")));
      assertTrue(Files.readString(data.resolve("up")).startsWith("root:"));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void nothingIsRenamedOrLinkedFromOneToAnother(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container =
            MountedContainer.of(at("/var/lib/data", volume.view()), at("/again", volume.view()))) {
      Files.writeString(container.path("/var/lib/data/in"), "");
      var view = container.view();
      Name in = Name.of("in");
      Name out = Name.of("out");
      var data = container.node("/var/lib/data");
      for (String elsewhere : List.of("/", "/again")) {
        var other = elsewhere.equals("/") ? view.root() : container.node(elsewhere);
        assertErrno(Errno.EXDEV, () -> view.rename(data, in, other, out, Set.of()));
        assertErrno(Errno.EXDEV, () -> view.rename(other, Name.of("none"), data, out, Set.of()));
        assertErrno(Errno.EXDEV, () -> view.link(container.node("/var/lib/data/in"), other, out));
      }
      assertErrno(Errno.EXDEV, () -> view.link(container.node("/file"), data, out));
      assertErrno(Errno.EEXIST, () -> view.link(container.node("/file"), data, in));
      assertThrows(
          AtomicMoveNotSupportedException.class,
          () -> Files.move(
              container.path("/file"),
              container.path("/again/file"),
              StandardCopyOption.ATOMIC_MOVE));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void mountPointsAreBusy(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/var/lib/data", volume.view()))) {
      var view = container.view();
      var lib = container.node("/var/lib");
      Name data = Name.of("data");
      view.create(lib, Name.of("empty"), FileType.DIRECTORY, 0755, 0, 0);
      assertErrno(Errno.EBUSY, () -> view.rmdir(lib, data));
      assertErrno(Errno.EISDIR, () -> view.unlink(lib, data));
      assertErrno(Errno.EBUSY, () -> view.rename(lib, data, lib, Name.of("new"), Set.of()));
      assertErrno(Errno.EBUSY, () -> view.rename(lib, Name.of("empty"), lib, data, Set.of()));
      assertErrno(
          Errno.EBUSY,
          () -> view.rename(lib, data, lib, Name.of("empty"), Set.of(RenameFlag.EXCHANGE)));
      assertErrno(
          Errno.EEXIST,
          () -> view.rename(lib, Name.of("empty"), lib, data, Set.of(RenameFlag.NOREPLACE)));
      view.rename(lib, data, lib, data, Set.of()); // nothing to do
      assertErrno(Errno.EEXIST, () -> view.symlink(lib, data, new byte[] {'x'}));
      assertFails("Device or resource busy", () -> Files.delete(container.path("/var/lib/data")));
      assertFails(
          "Device or resource busy",
          () -> Files.move(container.path("/var/lib/data"), container.path("/moved")));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void aDirectoryAboveTakesItsMountsAlong(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/made/data", volume.view()))) {
      Files.writeString(container.path("/made/data/in"), "inside");
      Files.move(container.path("/made"), container.path("/moved"));
      assertEquals("inside", Files.readString(container.path("/moved/data/in")));
      assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(container.path("/moved")));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void filesMoveByCopyingAndDirectoriesOnlyIfEmpty(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/data", volume.view()))) {
      Path from = container.path("/var/lib/data/covered");
      Path to = container.path("/data/moved");
      Files.move(from, to);
      assertEquals("covered", Files.readString(to));
      assertFalse(Files.exists(from));
      Files.writeString(from, "again");
      Files.move(from, to, REPLACE_EXISTING);
      assertEquals("again", Files.readString(to));
      Files.createDirectories(container.path("/data/full/sub"));
      assertThrows(
          DirectoryNotEmptyException.class,
          () -> Files.move(container.path("/data/full"), container.path("/full")));
      assertTrue(Files.exists(container.path("/data/full/sub")));
      Files.move(container.path("/data/full/sub"), container.path("/sub"));
      assertTrue(Files.isDirectory(container.path("/sub")));
      assertFalse(Files.exists(container.path("/data/full/sub")));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void volumesAreMountedInVolumesInWhateverOrder(VolumeKind kind) throws IOException {
    try (Volume outer = kind.open();
        Volume inner = kind.open();
        HostView top = MemoryVolume.open(1 << 20, 100, 0755);
        MountedContainer container = MountedContainer.of(
            at("/a/b/c", top), at("/a", outer.view()), at("/a/b", inner.view()))) {
      Files.writeString(container.path("/a/one"), "outer");
      Files.writeString(container.path("/a/b/two"), "inner");
      Files.writeString(container.path("/a/b/c/three"), "top");
      assertEquals(List.of("b", "one"), list(outer.view()));
      assertEquals(List.of("c", "two"), list(inner.view()));
      assertEquals(List.of("three"), list(top));
      assertEquals(
          List.of("/a", "/a/b", "/a/b/c"),
          container.view().mounts().stream()
              .map(MountedRoot::path)
              .map(MountPoints::text)
              .toList());
      assertFails("Device or resource busy", () -> Files.delete(container.path("/a/b")));
    }
  }

  private static List<String> list(HostView view) throws PosixException {
    return view.list(view.root()).stream().map(entry -> entry.name().toString()).toList();
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void aFileCanBeAVolume(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open()) {
      try (MountedContainer container =
          MountedContainer.of(at("/data", volume.view().another(HostViewOptions.DEFAULT)))) {
        Files.writeString(container.path("/data/config"), "content");
      }
      if (kind == VolumeKind.MEMORY) {
        return; // it has no place that could be opened again
      }
      Path place = volume.files().resolve(volume.root(), Name.of("config"));
      HostView file = HostView.open(volume.files(), place, HostViewOptions.DEFAULT);
      try (MountedContainer container =
          MountedContainer.of(at("/etc/passwd", file), at("/made/config", file))) {
        assertEquals("content", Files.readString(container.path("/etc/passwd")));
        Files.writeString(container.path("/made/config"), "changed");
        assertEquals("changed", Files.readString(container.path("/etc/passwd")));
        var view = container.view();
        var etc = container.node("/etc");
        Name passwd = Name.of("passwd");
        assertErrno(Errno.EBUSY, () -> view.unlink(etc, passwd));
        assertErrno(Errno.ENOTDIR, () -> view.rmdir(etc, passwd));
        assertErrno(Errno.EBUSY, () -> view.rename(etc, passwd, etc, Name.of("x"), Set.of()));
        assertErrno(Errno.EXDEV, () -> view.link(container.node("/etc/passwd"), etc, Name.of("x")));
        assertTrue(Files.isSameFile(container.path("/etc/passwd"), container.path("/made/config")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void nothingIsChangedThroughAReadOnlyMount(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container =
            MountedContainer.of(at("/data", volume.view()), readOnlyAt("/fixed", volume.view()))) {
      Files.writeString(container.path("/data/file"), "content");
      assertEquals("content", Files.readString(container.path("/fixed/file")));
      var view = container.view();
      var fixed = container.node("/fixed");
      var file = container.node("/fixed/file");
      Name name = Name.of("file");
      Name fresh = Name.of("fresh");
      List<Executable> changes = List.of(
          () -> view.create(fixed, fresh, FileType.REGULAR, 0644, 0, 0),
          () -> view.symlink(fixed, fresh, new byte[] {'x'}),
          () -> view.link(file, fixed, fresh),
          () -> view.unlink(fixed, name),
          () -> view.rmdir(fixed, name),
          () -> view.rename(fixed, name, fixed, fresh, Set.of()),
          () -> view.open(file, Set.of(dev.layerfs.posix.OpenFlag.WRITE)),
          () -> view.chmod(file, 0600),
          () -> view.chown(file, 1, 1),
          () -> view.utimens(file, null, new dev.layerfs.posix.Timespec(1, 0)),
          () -> view.setXattr(file, Name.of("user.x"), new byte[0], XattrFlag.SET),
          () -> view.removeXattr(file, Name.of("user.x")),
          () -> view.access(file, Set.of(java.nio.file.AccessMode.WRITE)));
      for (Executable change : changes) {
        assertErrno(Errno.EROFS, change);
      }
      assertErrno(Errno.EEXIST, () -> view.create(fixed, name, FileType.REGULAR, 0644, 0, 0));
      assertTrue(Files.getFileStore(container.path("/fixed")).isReadOnly()
          || Files.getFileStore(container.path("/fixed"))
              .equals(Files.getFileStore(container.path("/data"))));
      assertTrue(view.statfs(fixed).readOnly());
      assertFalse(view.statfs(container.node("/data")).readOnly());
      assertFails(
          "Read-only file system",
          () -> Files.move(container.path("/fixed/file"), container.path("/out")));
      assertFalse(Files.exists(container.path("/out")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/lib/data", "/link", "relative", "/link/../data", "/var/../link/."})
  void targetsAreResolvedInTheRoot(String target) throws IOException {
    try (HostView volume = MemoryVolume.open(1 << 20, 10, 0755);
        MountedContainer container = MountedContainer.of(at(target, volume))) {
      Files.writeString(container.path("/var/lib/data/in"), "");
      assertEquals(List.of("in"), list(volume));
      assertTrue(Files.isSymbolicLink(container.path("/link")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/b/c", "/dangling", "/../../a", "/var/lib/new"})
  void missingTargetsAreMade(String target) throws IOException {
    try (HostView volume = MemoryVolume.open(1 << 20, 10, 0755);
        MountedContainer container =
            MountedContainer.of(Identity.of(1000, 1000), at(target, volume))) {
      String made = MountPoints.text(container.view().mounts().get(0).path());
      assertEquals(target.equals("/dangling") ? "/var/lib/made" : target.replace("/..", ""), made);
      assertEquals(0, Files.getAttribute(container.path(made).getParent(), "unix:uid"));
      assertEquals(040755, Files.getAttribute(container.path(made).getParent(), "unix:mode"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/..", "/../..", "/var/..", "."})
  void nothingIsMountedOverTheRoot(String target) throws IOException {
    try (HostView volume = MemoryVolume.open(1 << 20, 10, 0755)) {
      assertErrno(Errno.EINVAL, () -> MountedContainer.of(at(target, volume)));
    }
  }

  @Test
  void directoriesAreMountedAtDirectories() throws IOException {
    try (HostView volume = MemoryVolume.open(1 << 20, 10, 0755)) {
      assertErrno(Errno.ENOTDIR, () -> MountedContainer.of(at("/file", volume)));
      assertErrno(Errno.ENOTDIR, () -> MountedContainer.of(at("/file/below", volume)));
    }
  }

  @Test
  void ofSeveralAtOnePlaceTheLastIsSeen() throws IOException {
    try (HostView one = MemoryVolume.open(1 << 20, 10, 0755);
        HostView two = MemoryVolume.open(1 << 20, 10, 0755);
        MountedContainer container = MountedContainer.of(at("/data", one), at("/data", two))) {
      Files.writeString(container.path("/data/in"), "");
      assertEquals(List.of(), list(one));
      assertEquals(List.of("in"), list(two));
      assertEquals(1, container.view().mounts().size());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void eachHasAStoreOfItsOwn(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        HostView memory = MemoryVolume.open(8 * 4096, 10, 01777);
        MountedContainer container =
            MountedContainer.of(at("/data", volume.view()), at("/run", memory))) {
      Files.writeString(container.path("/run/secret"), "x");
      FileStore run = Files.getFileStore(container.path("/run/secret"));
      assertEquals("/run", run.name());
      assertEquals(8 * 4096, run.getTotalSpace());
      assertEquals(7 * 4096, run.getUsableSpace());
      assertEquals(7 * 4096, run.getUnallocatedSpace());
      assertEquals("/data", Files.getFileStore(container.path("/data")).name());
      assertEquals("volumes", Files.getFileStore(container.path("/etc/passwd")).name());
      List<String> names = new ArrayList<>();
      container.door().getFileStores().forEach(store -> names.add(store.name()));
      assertEquals(List.of("volumes", "/data", "/run"), names);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void fileKeysTellVolumesApart(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        Volume other = kind.open();
        MountedContainer container = MountedContainer.of(
            at("/one", volume.view()), at("/two", other.view()), at("/again", volume.view()))) {
      Files.writeString(container.path("/one/file"), "");
      Files.writeString(container.path("/two/file"), "");
      assertNotEquals(key(container, "/one/file"), key(container, "/two/file"));
      assertEquals(key(container, "/one/file"), key(container, "/again/file"));
      assertTrue(Files.isSameFile(container.path("/one/file"), container.path("/again/file")));
      Files.createSymbolicLink(container.path("/one/loop"), container.path("../one"));
      try (Stream<Path> walk = Files.walk(container.path("/two"), FileVisitOption.FOLLOW_LINKS)) {
        assertEquals(2, walk.count());
      }
    }
  }

  private static Object key(MountedContainer container, String path) throws IOException {
    return Files.getAttribute(container.path(path), "fileKey");
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void aWalkCrossesAndTheContainersOwnViewDoesNot(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/var/lib/data", volume.view()))) {
      Files.writeString(container.path("/var/lib/data/in"), "");
      try (Stream<Path> walk = Files.walk(container.path("/var"))) {
        assertEquals(
            List.of("/var", "/var/lib", "/var/lib/data", "/var/lib/data/in"),
            walk.map(Path::toString).toList());
      }
      HostView copy = MemoryVolume.open(1 << 20, 100, 0755);
      try (copy) {
        TreeCopy.copy(container.view(), container.node("/var"), copy, copy.root());
        assertEquals(List.of("lib"), list(copy));
        assertEquals(
            List.of(), copy.list(copy.lookup(copy.root(), Name.of("lib"))), "what is mounted");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void listsShowWhatIsMounted(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/var/lib/data", volume.view()))) {
      var view = container.view();
      for (DirectoryEntry entry : view.list(container.node("/var/lib"))) {
        var node = view.lookup(container.node("/var/lib"), entry.name());
        assertEquals(view.stat(node).inode(), entry.inode());
        assertEquals(FileType.DIRECTORY, entry.type());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void closingClosesTheVolumes(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open()) {
      MountedContainer container = MountedContainer.of(at("/data", volume.view()));
      FileChannel file = FileChannel.open(
          container.path("/data/open"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      container.close();
      assertThrows(ClosedChannelException.class, () -> file.write(ByteBuffer.allocate(1)));
      assertErrno(Errno.EBADF, () -> volume.view().list(volume.view().root()));
      file.close();
    }
  }

  @Test
  void permissionsAreThoseOfTheIdentity() throws IOException {
    Identity user = Identity.of(1000, 1000);
    try (HostView open = MemoryVolume.open(1 << 20, 10, 01777, user);
        HostView closed = MemoryVolume.open(1 << 20, 10, 0700, user);
        MountedContainer container =
            MountedContainer.of(user, at("/open", open), at("/closed", closed))) {
      Files.writeString(container.path("/open/mine"), "");
      assertEquals(1000, Files.getAttribute(container.path("/open/mine"), "unix:uid"));
      assertThrows(
          AccessDeniedException.class, () -> Files.writeString(container.path("/closed/mine"), ""));
      assertThrows(
          AccessDeniedException.class,
          () -> Files.list(container.path("/closed")).close());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void whatIsMissingInAVolumeIsMissing(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        MountedContainer container = MountedContainer.of(at("/data", volume.view()))) {
      assertThrows(NoSuchFileException.class, () -> Files.readString(container.path("/data/none")));
      assertFalse(Files.exists(container.path("/data/none/below"), NOFOLLOW_LINKS));
      assertEquals(
          List.of(names("/data")),
          container.view().mounts().stream().map(MountedRoot::path).toList());
    }
  }
}
