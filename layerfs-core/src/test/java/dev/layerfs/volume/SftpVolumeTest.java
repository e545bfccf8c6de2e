package dev.layerfs.volume;

import static dev.layerfs.volume.MountedContainer.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A volume over SFTP: Apache's client against Debian's server. What the server's host has says what was done. */
final class SftpVolumeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir
  Path temporary;

  private SshServer server;
  private SftpClients clients;
  private FileSystem remote;
  private Path host;
  private HostView volume;
  private MountedContainer container;

  @BeforeEach
  void open() throws IOException {
    server = SshServer.start(temporary);
    clients = SftpClients.start(server.key(), PATIENCE);
    remote = clients.open(server.port(), PATIENCE);
    host = Files.createDirectory(temporary.resolve("data"));
    PathFiles files = PathFiles.of(remote.getPath(host.toString()));
    volume = HostView.open(files, files.root(), HostViewOptions.DEFAULT);
    container = MountedContainer.of(at("/data", volume));
  }

  @AfterEach
  void close() throws IOException {
    if (container != null) {
      container.close();
      remote.close();
      clients.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Path path(String name) {
    return container.path("/data/" + name);
  }

  private Node node(String name) throws PosixException {
    return Objects.requireNonNull(volume.lookup(volume.root(), Name.of(name)), name);
  }

  private static void assertErrno(Errno errno, Executable operation) {
    assertEquals(errno, assertThrows(PosixException.class, operation).errno());
  }

  @Test
  void contentGoesBothWays() throws IOException {
    byte[] content = new byte[300_001];
    new Random(1).nextBytes(content);
    Files.write(path("file"), content);
    assertEquals(0, java.util.Arrays.compare(content, Files.readAllBytes(host.resolve("file"))));
    Files.writeString(host.resolve("file"), "from there");
    assertEquals("from there", Files.readString(path("file")));
    try (FileHandle file =
        volume.open(node("file"), Set.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND))) {
      file.write(ByteBuffer.wrap(new byte[] {'!'}), 0);
      file.truncate(4);
      file.truncate(6);
      ByteBuffer read = ByteBuffer.allocate(10);
      assertEquals(6, file.read(read, 0));
      assertEquals("from\0\0", new String(read.array(), 0, 6, StandardCharsets.UTF_8));
      assertEquals(-1, file.read(ByteBuffer.allocate(1), 6));
      assertEquals(6, file.stat().size());
    }
  }

  @Test
  void directoriesAreMadeListedMovedAndRemoved() throws IOException {
    Files.createDirectories(path("a/b"));
    Files.writeString(path("a/b/file"), "text");
    Files.writeString(host.resolve("a/named \u00e9"), "");
    try (Stream<Path> list = Files.list(path("a"))) {
      assertEquals(
          List.of("b", "named \u00e9"),
          list.map(path -> path.getFileName().toString()).toList());
    }
    Files.move(path("a"), path("c"));
    assertEquals("text", Files.readString(host.resolve("c/b/file")));
    assertEquals("text", Files.readString(path("c/b/file")));
    assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(path("c/b")));
    Files.delete(path("c/b/file"));
    Files.delete(path("c/b"));
    assertFalse(Files.exists(host.resolve("c/b")));
  }

  @Test
  void renameReplacesFilesAndEmptyDirectories() throws IOException {
    Files.writeString(path("one"), "one");
    Files.writeString(path("two"), "two");
    volume.rename(volume.root(), Name.of("one"), volume.root(), Name.of("two"), Set.of());
    assertEquals("one", Files.readString(host.resolve("two")));
    assertFalse(Files.exists(host.resolve("one")));
    Files.createDirectories(path("full/below"));
    Files.createDirectory(path("empty"));
    volume.rename(volume.root(), Name.of("full"), volume.root(), Name.of("empty"), Set.of());
    assertTrue(Files.exists(host.resolve("empty/below")));
    Files.createDirectory(path("other"));
    assertErrno(
        Errno.ENOTEMPTY,
        () -> volume.rename(
            volume.root(), Name.of("other"), volume.root(), Name.of("empty"), Set.of()));
    assertErrno(
        Errno.EINVAL,
        () -> volume.rename(
            volume.root(),
            Name.of("other"),
            volume.root(),
            Name.of("empty"),
            Set.of(RenameFlag.EXCHANGE)));
  }

  @Test
  void attributesAreTheServers() throws IOException {
    Files.writeString(path("file"), "text");
    Files.setAttribute(host.resolve("file"), "unix:uid", 1234);
    Files.setAttribute(host.resolve("file"), "unix:gid", 2345);
    Files.setAttribute(host.resolve("file"), "unix:mode", 0640);
    Stat stat = volume.stat(node("file"));
    assertEquals(0640, stat.mode());
    assertEquals(4, stat.size());
    assertEquals(
        65534,
        stat.uid()); // the client knows the number, and shows only names, which SFTP 3 has not
    assertEquals(65534, stat.gid());
    assertEquals(
        Files.getLastModifiedTime(host.resolve("file")).toInstant().getEpochSecond(),
        stat.mtimeSeconds());
  }

  @Test
  void attributesAreSet() throws IOException {
    Files.writeString(path("file"), "text");
    volume.chmod(node("file"), 0604);
    assertEquals(0100604, Files.getAttribute(host.resolve("file"), "unix:mode"));
    volume.utimens(node("file"), new Timespec(1_000, 0), new Timespec(2_000, 0));
    assertEquals(2_000, Files.getLastModifiedTime(host.resolve("file")).toMillis() / 1000);
    assertEquals(2_000, volume.stat(node("file")).mtimeSeconds());
    assertEquals(1_000, volume.stat(node("file")).atimeSeconds());
    assertErrno(Errno.EPERM, () -> volume.chown(node("file"), 1234, 2345));
    assertErrno(Errno.EPERM, () -> volume.chown(node("file"), -1, 2345));
    assertEquals(0, Files.getAttribute(host.resolve("file"), "unix:uid"));
    assertEquals(0100604, Files.getAttribute(host.resolve("file"), "unix:mode"));
  }

  @Test
  void symbolicLinksAreKeptAndNeverFollowedByTheServer() throws IOException {
    Path outside = Files.writeString(temporary.resolve("outside"), "outside");
    Files.setAttribute(outside, "unix:uid", 77);
    for (String target : List.of("relative/../x", "/absolute", outside.toString())) {
      Files.deleteIfExists(host.resolve("link"));
      volume.symlink(volume.root(), Name.of("link"), target.getBytes(StandardCharsets.UTF_8));
      assertEquals(target, Files.readSymbolicLink(host.resolve("link")).toString());
      assertEquals(target, Files.readSymbolicLink(path("link")).toString());
      assertEquals(target.length(), volume.stat(node("link")).size());
    }
    Files.writeString(path("file"), "inside");
    assertErrno(Errno.EPERM, () -> volume.chown(node("link"), 1, 1));
    assertErrno(Errno.EPERM, () -> volume.utimens(node("link"), null, new Timespec(1, 0)));
    assertErrno(
        Errno.ENOTSUP,
        () -> volume.rename(
            volume.root(), Name.of("link"), volume.root(), Name.of("moved"), Set.of()));
    assertTrue(Files.isSymbolicLink(host.resolve("link")));
    assertEquals(77, Files.getAttribute(outside, "unix:uid"));
    volume.rename(volume.root(), Name.of("file"), volume.root(), Name.of("link"), Set.of());
    assertEquals("inside", Files.readString(host.resolve("link")));
    assertEquals("outside", Files.readString(outside));
  }

  @Test
  void whatSftpHasNotIsRefused() throws IOException {
    Files.writeString(path("file"), "text");
    Node file = node("file");
    Node root = volume.root();
    Name fresh = Name.of("fresh");
    assertErrno(Errno.ENOTSUP, () -> volume.link(file, root, fresh));
    assertErrno(Errno.EPERM, () -> volume.create(root, fresh, FileType.FIFO, 0600, 0, 0));
    assertErrno(
        Errno.ENOTSUP,
        () -> volume.setXattr(file, Name.of("user.x"), new byte[] {1}, XattrFlag.SET));
    assertErrno(Errno.EPERM, () -> volume.chmod(file, 04755));
    assertEquals(List.of(), volume.xattrs(file));
    assertEquals(1, volume.list(root).size());
    assertFalse(volume.statfs().readOnly());
  }

  @Test
  void accessIsTheServersToGrant() throws IOException {
    Files.writeString(path("file"), "text");
    assertErrno(Errno.ENOENT, () -> volume.unlink(volume.root(), Name.of("none")));
    assertErrno(
        Errno.EEXIST,
        () -> volume.create(volume.root(), Name.of("file"), FileType.REGULAR, 0600, 0, 0));
    assertErrno(Errno.EISDIR, () -> volume.open(volume.root(), Set.of(OpenFlag.WRITE)));
  }
}
