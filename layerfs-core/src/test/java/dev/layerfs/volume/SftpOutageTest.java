package dev.layerfs.volume;

import static dev.layerfs.volume.MountedContainer.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The server of a volume goes away: what needs it fails, all else goes on, and so does the volume when the server is back. */
@Timeout(300) // what is shown here is that nothing hangs
final class SftpOutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(Scale.of(2, 8));
  private static final Set<Errno> LOST = Set.of(Errno.EIO, Errno.ETIMEDOUT);

  @TempDir
  Path temporary;

  private SshServer server;
  private TcpProxy line;
  private SftpClients clients;
  private FileSystem remote;
  private Path host;
  private HostView volume;
  private HostView memory;
  private MountedContainer container;

  @BeforeEach
  void open() throws IOException {
    server = SshServer.start(temporary);
    line = TcpProxy.to(server.port());
    clients = SftpClients.start(server.key(), PATIENCE);
    host = Files.createDirectory(temporary.resolve("data"));
    Files.writeString(host.resolve("file"), "text");
    remote = clients.open(line.port(), PATIENCE);
    volume = openVolume();
    memory = MemoryVolume.open(1 << 20, 10, 0755);
    container = MountedContainer.of(at("/data", volume), at("/run", memory));
    assertEquals("text", Files.readString(container.path("/data/file")));
  }

  private HostView openVolume() throws IOException {
    PathFiles files = PathFiles.of(remote.getPath(host.toString()));
    return HostView.open(files, files.root(), HostViewOptions.DEFAULT);
  }

  @AfterEach
  void close() throws IOException {
    if (container != null) {
      container.close();
      clients.close();
      line.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private FileHandle openFile() throws IOException {
    return volume.open(
        Objects.requireNonNull(volume.lookup(volume.root(), Name.of("file"))),
        Set.of(OpenFlag.READ, OpenFlag.WRITE));
  }

  private static void assertLost(Executable operation) {
    PosixException failure = assertThrows(PosixException.class, operation);
    assertTrue(LOST.contains(failure.errno()), failure.toString());
  }

  /** What a program meets. */
  private void assertOut() {
    List<Executable> operations = List.of(
        () -> Files.readString(container.path("/data/file")),
        () -> Files.list(container.path("/data")).close(),
        () -> Files.createDirectory(container.path("/data/new")));
    for (Executable operation : operations) {
      FileSystemException failure = assertThrows(FileSystemException.class, operation);
      assertTrue(
          LOST.stream().anyMatch(errno -> errno.message().equals(failure.getReason())),
          failure.toString());
      String place = String.valueOf(failure.getCause().getMessage());
      assertEquals("sftp:" + host, place);
    }
  }

  private void assertRestWorks() throws IOException {
    assertEquals("text", Files.readString(container.path("/file")));
    Files.writeString(container.path("/changed"), "changed");
    Files.writeString(container.path("/run/changed"), "changed");
    assertEquals("changed", Files.readString(container.path("/run/changed")));
  }

  private void assertBack() throws IOException {
    assertEquals("text", Files.readString(container.path("/data/file")));
    Files.writeString(container.path("/data/again"), "again");
    assertEquals("again", Files.readString(host.resolve("again")));
  }

  @Test
  void killedAndStartedAgain() throws IOException {
    try (FileHandle file = openFile()) {
      server.kill();
      assertLost(() -> file.read(ByteBuffer.allocate(4), 0));
      assertLost(() -> file.write(ByteBuffer.allocate(4), 0));
      assertOut();
      assertRestWorks();
      server.restart();
      assertBack();
    } catch (PosixException e) { // the handle was of a session that is gone
      assertTrue(LOST.contains(e.errno()), e.toString());
    }
    assertBack();
  }

  @Test
  void theLineIsCutAndMended() throws IOException {
    line.cut();
    assertOut();
    assertRestWorks();
    line.mend();
    assertBack();
  }

  @Test
  void stoppedSoThatNothingAnswers() throws IOException {
    server.stop();
    try {
      assertOut();
      assertRestWorks();
    } finally {
      server.resume();
    }
    assertBack();
  }

  @Test
  void theContainerClosesWithoutTheServer() throws IOException {
    for (int i = 0; i < 5; i++) {
      openFile(); // left to the view to close
    }
    server.stop();
    try {
      assertLost(container::close);
      assertThrows(
          java.nio.file.ClosedFileSystemException.class,
          () -> Files.readString(container.path("/file")));
    } finally {
      server.resume();
    }
    try (HostView again = openVolume()) {
      assertEquals(1, again.list(again.root()).size());
    }
  }
}
