package dev.layerfs.volume;

import static dev.layerfs.volume.MountedContainer.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Watcher;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.volume.VolumeKind.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Volumes that several use at once: views, containers, and programs that know nothing of views. */
final class SharedVolumeTest {
  private static final Name FILE = Name.of("file");

  private static void write(HostView view, Name name, String content) throws PosixException {
    Node node = view.lookup(view.root(), name);
    Node file = node == null ? view.create(view.root(), name, FileType.REGULAR, 0644, 0, 0) : node;
    try (FileHandle handle =
        view.open(file, Set.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.TRUNCATE))) {
      handle.write(ByteBuffer.wrap(content.getBytes(java.nio.charset.StandardCharsets.UTF_8)), 0);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#onHosts")
  void whatOneChangesOthersSeeAtOnce(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        HostView other = volume.again(HostViewOptions.DEFAULT)) {
      HostView view = volume.view();
      assertNull(other.lookup(other.root(), FILE));
      write(view, FILE, "content");
      Node seen = other.lookup(other.root(), FILE);
      assertEquals(7, other.stat(seen).size());
      write(view, FILE, "longer content");
      assertEquals(14, other.stat(seen).size());
      view.unlink(view.root(), FILE);
      assertNull(other.lookup(other.root(), FILE));
      PosixException e = assertThrows(PosixException.class, () -> other.stat(seen));
      assertEquals(Errno.ESTALE, e.errno());
      write(other, FILE, "again");
      assertEquals(1, view.list(view.root()).size());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#onHosts")
  void aDirectoryThatAnotherHasMovedIsStale(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        HostView other = volume.again(HostViewOptions.DEFAULT)) {
      HostView view = volume.view();
      Name one = Name.of("one");
      view.create(view.root(), one, FileType.DIRECTORY, 0755, 0, 0);
      Node seen = other.lookup(other.root(), one);
      view.rename(view.root(), one, view.root(), Name.of("two"), Set.of());
      view.create(view.root(), one, FileType.DIRECTORY, 0755, 0, 0);
      PosixException e = assertThrows(
          PosixException.class, () -> other.create(seen, FILE, FileType.REGULAR, 0644, 0, 0));
      assertEquals(Errno.ESTALE, e.errno());
      assertEquals(List.of(), view.list(view.lookup(view.root(), one)));
    }
  }

  /** Also by who has used it at its old place, and still holds its node. */
  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#onHosts")
  void whatIsInADirectoryThatAnotherHasMovedIsFoundThere(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open();
        HostView other = volume.again(HostViewOptions.DEFAULT)) {
      HostView view = volume.view();
      Node one = view.create(view.root(), Name.of("one"), FileType.DIRECTORY, 0755, 0, 0);
      view.create(one, FILE, FileType.REGULAR, 0644, 0, 0);
      Node before = other.lookup(other.lookup(other.root(), Name.of("one")), FILE);
      assertEquals(0, other.stat(before).size());
      view.rename(view.root(), Name.of("one"), view.root(), Name.of("two"), Set.of());
      Node after = other.lookup(other.lookup(other.root(), Name.of("two")), FILE);
      assertEquals(0, other.stat(after).size());
      other.open(after, Set.of(OpenFlag.READ)).close();
      assertEquals(0, other.stat(before).size());
    }
  }

  /** A node stays what it is, wherever this process moves it. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PLAIN_JIMFS_WINDOWS", "PLAIN_JIMFS_OSX"})
  void nodesFollowTheirFiles(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open()) {
      HostView view = volume.view();
      Node directory = view.create(view.root(), Name.of("a"), FileType.DIRECTORY, 0755, 0, 0);
      Node file = view.create(directory, FILE, FileType.REGULAR, 0644, 0, 0);
      view.rename(view.root(), Name.of("a"), view.root(), Name.of("b"), Set.of());
      assertEquals(FileType.REGULAR, view.stat(file).type());
      view.link(file, view.root(), Name.of("link"));
      view.unlink(directory, FILE);
      if (kind.keepsAttributes()) {
        assertEquals(1, view.stat(file).links());
        view.unlink(view.root(), Name.of("link"));
      }
      assertEquals(0, view.stat(file).links());
      view.rmdir(view.root(), Name.of("b"));
      assertNull(view.lookup(directory, FILE));
      PosixException e = assertThrows(
          PosixException.class, () -> view.create(directory, FILE, FileType.REGULAR, 0644, 0, 0));
      assertEquals(Errno.ENOENT, e.errno());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void aPartOfATreeIsAVolumeOfItsOwn(VolumeKind kind) throws IOException {
    try (Volume volume = kind.open()) {
      HostView view = volume.view();
      Node part = view.create(view.root(), Name.of("part"), FileType.DIRECTORY, 0755, 0, 0);
      view.create(part, FILE, FileType.REGULAR, 0644, 0, 0);
      HostView config = view.another(view.lookup(part, FILE), HostViewOptions.DEFAULT);
      try (MountedContainer container = MountedContainer.of(
          at("/data", view.another(part, HostViewOptions.DEFAULT)), at("/config", config))) {
        Files.writeString(container.path("/config"), "content");
        assertEquals("content", Files.readString(container.path("/data/file")));
        view.rename(view.root(), Name.of("part"), view.root(), Name.of("moved"), Set.of());
        assertEquals("content", Files.readString(container.path("/data/file")));
      }
    }
  }

  /** What the program does on the host, the container sees, and the reverse. */
  @Test
  void otherProgramsUseThePlainFiles() throws IOException {
    try (Volume volume = VolumeKind.PLAIN.open();
        MountedContainer container = MountedContainer.of(at("/data", volume.view()))) {
      Path file = container.path("/data/file");
      Files.writeString(volume.root().resolve("file"), "from the host");
      assertEquals("from the host", Files.readString(file));
      Files.writeString(volume.root().resolve("new"), "replaced");
      Files.move(
          volume.root().resolve("new"),
          volume.root().resolve("file"),
          StandardCopyOption.REPLACE_EXISTING);
      assertEquals("replaced", Files.readString(file));
      Files.writeString(file, "from the container");
      assertEquals("from the container", Files.readString(volume.root().resolve("file")));
      Files.delete(volume.root().resolve("file"));
      assertThrows(NoSuchFileException.class, () -> Files.readString(file));
      Files.createDirectory(volume.root().resolve("file"));
      assertTrue(Files.isDirectory(file));
    }
  }

  /** As on a host: whose name is gone, the handles that are open can be used on. */
  @Test
  void whatTheHostUnlinksCanBeUsedByOpenHandles() throws IOException {
    try (Volume volume = VolumeKind.PLAIN.open();
        MountedContainer container = MountedContainer.of(at("/data", volume.view()))) {
      Path onHost = volume.root().resolve("file");
      Files.writeString(onHost, "content");
      try (FileChannel channel = FileChannel.open(
          container.path("/data/file"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        Files.delete(onHost);
        assertEquals(4, channel.write(ByteBuffer.wrap(new byte[4]), 7));
        assertEquals(11, channel.size());
        channel.truncate(11);
        channel.truncate(2);
        channel.force(true);
        assertEquals(2, channel.size());
      }
      assertFalse(Files.exists(onHost));
    }
  }

  /** Links of the host that lead out are links in the container, and lead nowhere but there. */
  @Test
  void linksOfTheHostAreNotFollowed() throws IOException {
    try (Volume volume = VolumeKind.PLAIN.open();
        MountedContainer container = MountedContainer.of(at("/data", volume.view()))) {
      Path secret = Files.createTempFile("secret", "");
      try {
        Files.createSymbolicLink(volume.root().resolve("link"), secret);
        Files.createSymbolicLink(volume.root().resolve("directory"), secret.getParent());
        assertFalse(Files.exists(container.path("/data/link")));
        assertFalse(Files.exists(
            container.path("/data/directory").resolve(secret.getFileName().toString())));
        assertEquals(
            secret.toString(),
            Files.readSymbolicLink(container.path("/data/link")).toString());
        HostFiles files = PathFiles.of(volume.root());
        Path below = volume.root().resolve("directory").resolve(secret.getFileName());
        PosixException e = assertThrows(PosixException.class, () -> files.stat(below));
        assertEquals(Errno.ESTALE, e.errno());
        assertThrows(PosixException.class, () -> files.open(below, true));
        assertThrows(PosixException.class, () -> files.delete(below));
        assertThrows(PosixException.class, () -> files.open(volume.root().resolve("link"), false));
      } finally {
        Files.delete(secret);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void changesAreToldAcrossMountsAndContainers(VolumeKind kind) throws Exception {
    try (Volume volume = kind.open();
        MountedContainer one = MountedContainer.of(at("/data", volume.view()));
        MountedContainer two =
            MountedContainer.of(at("/elsewhere", volume.view().another(HostViewOptions.DEFAULT)));
        WatchService service = one.door().newWatchService()) {
      WatchKey data = one.path("/data")
          .register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      WatchKey etc = one.path("/etc").register(service, StandardWatchEventKinds.ENTRY_CREATE);
      Files.createDirectory(two.path("/elsewhere/new"));
      Files.createFile(one.path("/etc/new"));
      Files.createDirectory(one.path("/var/lib/data/untold"));
      Files.delete(one.path("/data/new"));
      assertEquals(List.of("ENTRY_CREATE new", "ENTRY_DELETE new"), events(data));
      assertEquals(List.of("ENTRY_CREATE new"), events(etc));
      Files.createFile(one.path("/data/file"));
      Files.writeString(two.path("/elsewhere/file"), "x");
      assertTrue(events(data).contains("ENTRY_MODIFY file"));
    }
  }

  private static List<String> events(WatchKey key) {
    List<String> events = key.pollEvents().stream()
        .map(event -> event.kind() + " " + event.context())
        .toList();
    key.reset();
    return events;
  }

  @Test
  void whoIsUnwatchedIsToldNothing() throws IOException {
    List<String> told = new ArrayList<>();
    Watcher watcher = new Watcher() {
      @Override
      public void changed(Node directory, Name name, NameEvent event) {
        told.add(event + " " + name);
      }

      @Override
      public void removed(Node directory) {
        told.add("removed");
      }
    };
    try (HostView volume = MemoryVolume.open(1 << 20, 100, 0755);
        MountedContainer container = MountedContainer.of(at("/data", volume))) {
      container.view().watch(watcher);
      Files.createDirectory(container.path("/data/one"));
      Files.delete(container.path("/data/one"));
      container.view().unwatch(watcher);
      Files.createDirectory(container.path("/data/two"));
      Files.createDirectory(container.path("/etc/two"));
      assertEquals(List.of("CREATED one", "DELETED one", "removed"), told);
    }
  }

  /** Where the host can't make everything durable at once, it is asked for what was changed, and for nothing else. */
  @Test
  void whatWasChangedIsMadeDurable() throws IOException {
    try (Volume volume = VolumeKind.PLAIN_JIMFS_UNIX.open()) {
      Path root = volume.root();
      CountedFiles files = new CountedFiles(volume.files());
      try (HostView view = HostView.open(files, root, HostViewOptions.DEFAULT)) {
        Node directory = view.create(view.root(), Name.of("d"), FileType.DIRECTORY, 0755, 0, 0);
        Node file = view.create(directory, FILE, FileType.REGULAR, 0644, 0, 0);
        view.create(view.root(), Name.of("gone"), FileType.REGULAR, 0644, 0, 0);
        view.unlink(view.root(), Name.of("gone"));
        view.sync();
        assertEquals(
            Set.of(root, root.resolve("d"), root.resolve("d").resolve("file")), files.synced());
        view.sync();
        assertEquals(Set.of(), files.synced());
        try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE))) {
          handle.write(ByteBuffer.allocate(1), 0);
        }
        view.sync();
        assertEquals(Set.of(root.resolve("d").resolve("file")), files.synced());
        view.rename(directory, FILE, view.root(), FILE, Set.of());
        view.sync();
        assertEquals(Set.of(root, root.resolve("d")), files.synced());
      }
    }
  }

  /** However much there is, opening looks at the root only. */
  @Test
  void aFullVolumeOpensAsFastAsAnEmptyOne() throws IOException {
    try (Volume volume = VolumeKind.PLAIN_JIMFS_UNIX.open()) {
      for (int i = 0; i < 100_000; i++) {
        Files.createFile(volume.root().resolve("file" + i));
      }
      CountedFiles files = new CountedFiles(volume.files());
      HostView view = HostView.open(files, volume.root(), HostViewOptions.DEFAULT);
      try (MountedContainer container = MountedContainer.of(at("/data", view))) {
        int opened = files.calls();
        assertTrue(opened <= 4, opened + " calls");
        assertTrue(Files.exists(container.path("/data/file99999")));
        assertTrue(files.calls() - opened <= 8, files.calls() - opened + " calls for one file");
      }
    }
  }

  /**
   * Threads of two views of one directory make, write, rename and delete the same few names; nothing but what the names allow
   * goes wrong, and in the end both views show the same. In formats with records beside the objects, views must be of one tree
   * for that ({@link HostView#another}).
   */
  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void viewsOfOneDirectoryMayBeUsedAtOnce(VolumeKind kind) throws Exception {
    try (Volume volume = kind.open();
        HostView other = kind.isPlain() || kind == VolumeKind.OVERLAYFS
            ? volume.again(HostViewOptions.DEFAULT)
            : volume.view().another(HostViewOptions.DEFAULT);
        MountedContainer one = MountedContainer.of(at("/data", volume.view()));
        MountedContainer two = MountedContainer.of(at("/data", other))) {
      List<Throwable> failures = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(t);
        Path data = (t % 2 == 0 ? one : two).path("/data");
        Thread thread = new Thread(() -> {
          try {
            for (int i = 0; i < 150; i++) {
              step(random, data);
            }
          } catch (IOException | RuntimeException | Error e) {
            synchronized (failures) {
              failures.add(e);
            }
          }
        });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      for (Throwable failure : failures) {
        fail(failure);
      }
      assertEquals(
          volume.view().list(volume.view().root()), other.list(other.root()), "both views");
    }
  }

  private static void step(Random random, Path data) throws IOException {
    Path path = data.resolve("n" + random.nextInt(3));
    Path to = data.resolve("n" + random.nextInt(3));
    try {
      switch (random.nextInt(5)) {
        case 0 -> Files.writeString(path, "content");
        case 1 -> assertNotNull(Files.readString(path));
        case 2 -> Files.move(path, to, StandardCopyOption.REPLACE_EXISTING);
        case 3 -> Files.deleteIfExists(path);
        default -> Files.getLastModifiedTime(path);
      }
    } catch (NoSuchFileException e) {
      assertTrue(e.getMessage().startsWith("/data/n"), e.getMessage());
    }
  }
}
