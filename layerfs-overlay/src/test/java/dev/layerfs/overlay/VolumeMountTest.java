package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.MountBackend.Bind;
import dev.layerfs.spi.MountBackend.Memory;
import dev.layerfs.spi.MountBackend.Union;
import dev.layerfs.spi.MountBackend.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Volumes in a mounted root. */
final class VolumeMountTest extends MountingTest {
  private static final int SIZE = 1 << 20;
  private static final int ROUNDS = Integer.getInteger("layerfs.race.rounds", 200);

  private Path root;
  private Path lower;
  private Path source;

  @BeforeEach
  void mountRoot() throws IOException {
    lower = directory("lower");
    source = directory("source").toRealPath();
    Files.writeString(source.resolve("file"), "content");
    root = directory("root").toRealPath();
  }

  private void mountUnion() throws IOException {
    backend.mountUnion(
        new Union(
            "layerfs-test", List.of(lower), directory("upper"), directory("work"), false, true),
        root);
  }

  private static List<Name> names(String path) {
    return Resolver.split(Name.encode(path));
  }

  private Path mount(Volume volume, String place) throws IOException {
    return backend.mountVolume(volume, root, names(place));
  }

  private Bind bind(boolean readOnly, String subpath) {
    return new Bind(source, names(subpath), readOnly);
  }

  private static void fails(Errno errno, Executable operation) {
    PosixException e = assertThrows(PosixException.class, operation);
    assertEquals(errno, e.errno(), e.getMessage());
  }

  @Test
  void aDirectoryIsSharedWithTheHost() throws IOException {
    mountUnion();
    Path place = mount(bind(false, ""), "/var/lib/data");
    assertEquals(root.resolve("var/lib/data"), place);
    assertEquals("content", Files.readString(place.resolve("file")));
    Files.writeString(place.resolve("new"), "from the container");
    assertEquals("from the container", Files.readString(source.resolve("new")));
    assertEquals(
        "755", run("stat", "-c", "%a", directory("upper/var/lib").toString()).strip());
    backend.unmountWithVolumes(root, List.of(place));
    assertFalse(Files.exists(directory("upper").resolve("var/lib/data/file")));
  }

  @Test
  void readOnlyAndSubpath() throws IOException {
    Files.createDirectories(source.resolve("v2/sub"));
    Files.writeString(source.resolve("v2/sub/file"), "second");
    Files.createSymbolicLink(source.resolve("current"), Path.of("/v2"));
    Files.createSymbolicLink(source.resolve("out"), Path.of("../../../../../../etc"));
    mountUnion();
    Path place = mount(bind(true, "current/sub"), "/data");
    assertEquals("second", Files.readString(place.resolve("file")));
    FileSystemException refused = assertThrows(
        FileSystemException.class, () -> Files.writeString(place.resolve("file"), "x"));
    assertEquals("Read-only file system", refused.getReason());
    fails(Errno.ENOENT, () -> mount(bind(false, "out/passwd"), "/etc/passwd"));
    Files.writeString(source.resolve("v2/sub/file"), "changed");
    assertEquals("changed", Files.readString(place.resolve("file")));
    backend.unmountWithVolumes(root, List.of(place));
  }

  @Test
  void aFileOnAFile() throws IOException {
    Files.writeString(lower.resolve("existing"), "image");
    mountUnion();
    Path made = mount(bind(false, "file"), "/etc/app/config");
    Path existing = mount(bind(true, "file"), "/existing");
    assertEquals("content", Files.readString(made));
    assertEquals("content", Files.readString(existing));
    Files.writeString(made, "written");
    assertEquals("written", Files.readString(source.resolve("file")));
    fails(Errno.ENOTDIR, () -> mount(bind(false, ""), "/existing"));
    fails(Errno.ENOTDIR, () -> mount(bind(false, "file"), "/etc"));
    backend.unmountWithVolumes(root, List.of(made, existing));
    assertEquals("", Files.readString(directory("upper").resolve("etc/app/config")));
    assertEquals("image", Files.readString(lower.resolve("existing")));
  }

  @Test
  void memoryIsBounded() throws IOException {
    mountUnion();
    Path place = mount(new Memory(SIZE, 3, 01770, false), "/run");
    assertEquals("1770", run("stat", "-c", "%a", place.toString()).strip());
    assertEquals("tmpfs", findmnt(place, "FSTYPE"));
    assertEquals(
        Integer.toString(SIZE),
        run("stat", "-f", "-c", "%b", place.toString())
            .strip()
            .transform(blocks -> Long.toString(Long.parseLong(blocks) * 4096)));
    Files.write(place.resolve("full"), new byte[SIZE]);
    Files.createFile(place.resolve("second"));
    FileSystemException noInodes =
        assertThrows(FileSystemException.class, () -> Files.createFile(place.resolve("third")));
    assertEquals("No space left on device", noInodes.getReason());
    IOException noSpace =
        assertThrows(IOException.class, () -> Files.write(place.resolve("second"), new byte[1]));
    assertEquals("No space left on device", noSpace.getMessage());
    assertTrue(findmnt(place, "OPTIONS").contains("nosuid,nodev,noexec"));
    Path unchanging = mount(new Memory(SIZE, 3, 0755, true), "/empty");
    assertThrows(FileSystemException.class, () -> Files.createFile(unchanging.resolve("third")));
    backend.unmountWithVolumes(root, List.of(place, unchanging));
  }

  /** Swap space is a disk. Whether the kernel has the option, another program says. */
  @Test
  void memoryIsNotSwapped() throws IOException {
    mountUnion();
    Path place = mount(new Memory(SIZE, 3, 0755, false), "/run");
    boolean known = run(
            "sh",
            "-c",
            "mount -t tmpfs -o noswap x \"$0\" && umount \"$0\" && echo yes" + " || echo no",
            directory("probe").toString())
        .contains("yes");
    assertEquals(known, findmnt(place, "OPTIONS").contains("noswap"));
    backend.unmountWithVolumes(root, List.of(place));
  }

  @Test
  void nestedOnesAreMadeInThoseAboveThem() throws IOException {
    mountUnion();
    Path outer = mount(new Memory(SIZE, 10, 0755, false), "/run");
    Path inner = mount(bind(false, ""), "/run/app/data");
    Path innermost = mount(new Memory(SIZE, 10, 0700, false), "/run/app/data/tmp");
    assertEquals("content", Files.readString(inner.resolve("file")));
    assertTrue(Files.isDirectory(source.resolve("tmp")));
    assertFalse(Files.exists(directory("upper").resolve("run/app")));
    backend.unmountWithVolumes(root, List.of(outer, inner, innermost));
    assertEquals("", findmnt(root, "FSTYPE"));
  }

  /** CVE-2019-16884, CVE-2026-41579: the image says where its paths lead. */
  @Test
  void linksOfTheImageLeadNowhereButIntoTheContainer() throws IOException {
    Path canary = directory("canary").toRealPath();
    Files.createSymbolicLink(lower.resolve("etc"), Path.of("/"));
    Files.createSymbolicLink(lower.resolve("up"), Path.of("../../../../../../.."));
    Files.createSymbolicLink(lower.resolve("absolute"), canary);
    Files.createSymbolicLink(lower.resolve("run"), Path.of("/var/run"));
    Files.createSymbolicLink(lower.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(lower.resolve("magic"), Path.of("/proc/self/root"));
    mountUnion();
    fails(Errno.EINVAL, () -> mount(bind(false, ""), "/etc"));
    fails(Errno.EINVAL, () -> mount(bind(false, ""), "/up"));
    fails(Errno.ELOOP, () -> mount(bind(false, ""), "/loop/x"));
    Path underRoot = mount(bind(false, ""), "/etc/below");
    assertEquals(root.resolve("below"), underRoot);
    Path inside = mount(bind(false, ""), "/absolute");
    assertEquals(root.resolve(canary.toString().substring(1)), inside);
    Path made = mount(bind(false, ""), "/run/app");
    assertEquals(root.resolve("var/run/app"), made);
    Path upwards = mount(bind(false, ""), "/up/above");
    assertEquals(root.resolve("above"), upwards);
    assertEquals(root.resolve("proc/self/root/x"), mount(bind(false, ""), "/magic/x"));
    assertEquals(0, canary.toFile().list().length);
    backend.unmount(root, true);
  }

  @Test
  void aSourceIsNoLink() throws IOException {
    Path link = Files.createSymbolicLink(temp.toRealPath().resolve("link"), source);
    mountUnion();
    fails(Errno.ELOOP, () -> mount(new Bind(link, List.of(), false), "/data"));
    fails(Errno.ELOOP, () -> mount(new Bind(link.resolve("file"), List.of(), false), "/data"));
    backend.unmount(root, false);
  }

  /** What is mounted on the host later stays on the host, but what was mounted is seen. */
  @Test
  void whatTheHostMountsInTheSourceDoesNotAppear() throws IOException {
    run("mount", "-t", "tmpfs", "before", directory("source/before").toString());
    Files.writeString(source.resolve("before/file"), "seen");
    mountUnion();
    Path place = mount(bind(true, ""), "/data");
    assertEquals("seen", Files.readString(place.resolve("before/file")));
    assertThrows(FileSystemException.class, () -> Files.createFile(place.resolve("before/new")));
    run("mount", "-t", "tmpfs", "after", directory("source/after").toString());
    Files.writeString(source.resolve("after/file"), "not seen");
    assertFalse(Files.exists(place.resolve("after/file")));
    backend.unmount(root, true);
    run("umount", source.resolve("after").toString());
    run("umount", source.resolve("before").toString());
  }

  @Test
  void aContainerInUseKeepsItsVolumes() throws IOException {
    mountUnion();
    Path memory = mount(new Memory(SIZE, 10, 0755, false), "/run");
    Path data = mount(bind(false, ""), "/run/data");
    Files.writeString(memory.resolve("secret"), "kept");
    List<Path> volumes = List.of(memory, data);
    for (Path used : List.of(root, memory, data)) {
      try (Waiting shell = Waiting.script("cd \"$0\"", used)) {
        InUseException busy =
            assertThrows(InUseException.class, () -> backend.unmountWithVolumes(root, volumes));
        assertTrue(
            busy.getMessage().startsWith(used + ": in use; process " + shell.pid()),
            busy.getMessage());
      }
      assertEquals("kept", Files.readString(memory.resolve("secret")));
      assertEquals("content", Files.readString(data.resolve("file")));
    }
    backend.unmountWithVolumes(root, volumes);
  }

  @Test
  void lazilyAllGoAtOnce() throws IOException {
    mountUnion();
    mount(new Memory(SIZE, 10, 0755, false), "/run");
    mount(bind(false, ""), "/run/data");
    try (Waiting shell = Waiting.script("cd \"$0\"", root.resolve("run/data"))) {
      assertTrue(shell.pid() > 0);
      backend.unmount(root, true);
    }
    assertEquals("content", Files.readString(source.resolve("file")));
  }

  /** A link that a process in the container puts above a volume does not lead the unmounting astray. */
  @Test
  void unmountingFollowsNoLinks() throws IOException {
    mountUnion();
    Path place = mount(bind(false, ""), "/a/data");
    Path victim = directory("victim").toRealPath();
    run("mount", "-t", "tmpfs", "victim", directory("victim/data").toString());
    Files.move(root.resolve("a"), root.resolve("b"));
    Files.createSymbolicLink(root.resolve("a"), victim);
    assertThrows(InUseException.class, () -> backend.unmountWithVolumes(root, List.of(place)));
    assertEquals("tmpfs", findmnt(victim.resolve("data"), "FSTYPE"));
    backend.unmount(root, true);
    run("umount", victim.resolve("data").toString());
  }

  /** Row 107, live: a process in the container exchanges a directory for a link to the host's root while volumes are mounted. */
  @Test
  void nothingOutsideIsMountedOverDuringAnAttack() throws Exception {
    Path canary = directory("canary").toRealPath();
    Files.createDirectory(canary.resolve("data"));
    mountUnion();
    Files.createDirectory(root.resolve("a"));
    Files.createSymbolicLink(root.resolve("b"), canary);
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService attacker = Executors.newSingleThreadExecutor()) {
      Future<?> exchanging = attacker.submit(() -> exchange(ended));
      try {
        for (int i = 0; i < ROUNDS; i++) {
          Path place = mountSomewhere();
          assertFalse(place.startsWith(canary), place.toString());
          assertTrue(place.startsWith(root), place.toString());
        }
      } finally {
        ended.set(true);
        exchanging.get();
      }
    }
    assertFalse(Files.exists(canary.resolve("data/file")));
    assertEquals(List.of("data"), List.of(canary.toFile().list()));
    assertEquals("", findmnt(canary.resolve("data"), "FSTYPE"));
    backend.unmount(root, true);
  }

  /** The place may be gone again before it is mounted at, as any may. */
  private Path mountSomewhere() throws IOException {
    try {
      return mount(bind(true, ""), "/a/data");
    } catch (PosixException e) {
      assertTrue(e.errno() == Errno.ENOENT || e.errno() == Errno.ELOOP, e.getMessage());
      return root;
    }
  }

  private void exchange(AtomicBoolean ended) {
    try {
      HostFiles files = new LinuxFilesFactory().openShared(root).orElseThrow();
      try {
        while (!ended.get()) {
          files.exchange(root.resolve("a"), root.resolve("b"));
        }
      } finally {
        files.close();
      }
    } catch (PosixException e) {
      throw new UncheckedIOException(e);
    }
  }
}
