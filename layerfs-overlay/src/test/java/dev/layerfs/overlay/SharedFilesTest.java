package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The host files of a plain directory, as other programs see them. */
@EnabledOnOs(OS.LINUX)
final class SharedFilesTest {
  private static final byte[] VALUE = {'v', 0, 'w'};

  private Path temp;
  private Path root;
  private HostFiles files;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    Tool.assume("id");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "needs root");
    temp = directory.toRealPath();
    root = Files.createDirectory(temp.resolve("r%41ot"));
    files = shared(root);
  }

  @AfterEach
  void close() {
    if (files != null) {
      files.close();
    }
  }

  private static HostFiles shared(Path root) throws PosixException {
    return new LinuxFilesFactory().openShared(root).orElseThrow();
  }

  private Path place(String name) throws PosixException {
    return files.resolve(root, Name.of(name));
  }

  private Path make(String name, FileType type, int mode) throws PosixException {
    Path place = place(name);
    files.create(place, type, mode, 0, 0);
    return place;
  }

  private static void fails(Errno errno, Executable operation) {
    PosixException e = assertThrows(PosixException.class, operation);
    assertEquals(errno, e.errno(), e.getMessage());
  }

  private static String shown(String format, Path path) throws IOException {
    return Tool.run(List.of("stat", "-c", format, path.toString())).output().strip();
  }

  @Test
  void objectsAreWhatTheyAre() throws IOException {
    Tool.assume("stat");
    make("file", FileType.REGULAR, 04751);
    make("dir", FileType.DIRECTORY, 01777);
    make("fifo", FileType.FIFO, 0600);
    make("socket", FileType.SOCKET, 0600);
    make("zero", FileType.CHARACTER_DEVICE, 0);
    files.create(place("block"), FileType.BLOCK_DEVICE, 0640, 7, 300);
    files.symlink(place("link"), "/etc".getBytes(StandardCharsets.UTF_8));
    assertEquals("regular empty file 4751 0:0", shown("%F %a %u:%g", root.resolve("file")));
    assertEquals("directory 1777", shown("%F %a", root.resolve("dir")));
    assertEquals("fifo 600", shown("%F %a", root.resolve("fifo")));
    assertEquals("socket 600", shown("%F %a", root.resolve("socket")));
    assertEquals("character special file 0,0", shown("%F %t,%T", root.resolve("zero")));
    assertEquals("block special file 640 7,12c", shown("%F %a %t,%T", root.resolve("block")));
    assertEquals("symbolic link 0:0", shown("%F %u:%g", root.resolve("link")));
    assertEquals("/etc", new String(files.readLink(place("link")), StandardCharsets.UTF_8));
    assertEquals(
        Set.of("file", "dir", "fifo", "socket", "zero", "block", "link"),
        Set.copyOf(files.list(root).stream().map(Name::toString).toList()));
    for (String name : List.of("fifo", "socket", "zero", "block")) {
      fails(Errno.ENXIO, () -> files.open(place(name), false));
      files.sync(place(name));
    }
    fails(Errno.ELOOP, () -> files.open(place("link"), false));
    fails(Errno.EISDIR, () -> files.open(place("dir"), false));
    assertFalse(files.needsSettling());
  }

  @Test
  void attributesAreTheHosts() throws IOException {
    Path file = make("file", FileType.REGULAR, 0600);
    files.setOwnerAndMode(file, 5, 6, 02755);
    files.setTimes(file, new Timespec(1, 2), new Timespec(-3, 4));
    assertEquals("2755 5:6 1 -3", shown("%a %u:%g %X %Y", root.resolve("file")));
    for (String name : List.of("user.overlay.opaque", "trusted.overlay.opaque", "security.x")) {
      files.setXattr(file, Name.of(name), VALUE);
      assertArrayEquals(VALUE, files.xattr(file, Name.of(name)));
    }
    assertEquals(3, files.xattrs(file).size());
    assertEquals("v\0w", new String((byte[])
        Files.getAttribute(root.resolve("file"), "user:overlay.opaque")));
    files.setXattr(file, Name.of("user.overlay.opaque"), null);
    files.setXattr(file, Name.of("user.overlay.opaque"), null);
    assertNull(files.xattr(file, Name.of("user.overlay.opaque")));
    Path fifo = make("fifo", FileType.FIFO, 0600);
    fails(Errno.EPERM, () -> files.setXattr(fifo, Name.of("user.x"), VALUE));
    fails(Errno.EPERM, () -> files.setXattr(fifo, Name.of("user.x"), null));
  }

  @Test
  void theRootIsAPlaceAsAnyOther() throws IOException {
    files.setOwnerAndMode(root, 7, 8, 0751);
    files.setXattr(root, Name.of("user.x"), VALUE);
    files.setTimes(root, new Timespec(5, 0), new Timespec(6, 0));
    assertEquals("751 7:8 5 6", shown("%a %u:%g %X %Y", root));
    assertEquals(FileType.DIRECTORY, files.stat(root).type());
    assertEquals(List.of(Name.of("user.x")), files.xattrs(root));
    files.sync(root);
    assertTrue(files.syncAll());
    assertEquals(root, files.content(root));
  }

  /** As a bind mount it is about the directory, not its path. */
  @Test
  void theRootStaysWhereverItIsMoved() throws IOException {
    Path moved = Files.move(root, temp.resolve("moved"));
    Files.createSymbolicLink(root, temp);
    make("file", FileType.REGULAR, 0600);
    assertTrue(Files.exists(moved.resolve("file")));
    assertEquals(List.of(Name.of("file")), files.list(root));
  }

  @Test
  void aFileIsARoot() throws IOException {
    Path file = Files.writeString(temp.resolve("sing%le"), "content");
    HostFiles single = shared(file);
    try {
      single.setOwnerAndMode(file, 5, 6, 0640);
      assertEquals("640 5:6", shown("%a %u:%g", file));
      assertEquals(7, single.stat(file).size());
      try (FileChannel channel = single.open(file, true)) {
        channel.write(ByteBuffer.wrap(new byte[] {'C'}));
      }
      single.sync(file);
      assertTrue(single.syncAll());
      assertEquals("Content", Files.readString(single.content(file)));
      fails(Errno.ENOTDIR, () -> single.list(file));
      fails(Errno.ENOTDIR, () -> single.stat(single.resolve(file, Name.of("x"))));
      assertThrows(IllegalArgumentException.class, () -> single.stat(temp.resolve("r%41ot")));
      Files.delete(file);
      Files.createSymbolicLink(file, Path.of("/etc/passwd"));
      assertEquals(FileType.SYMLINK, single.stat(file).type());
      fails(Errno.ELOOP, () -> single.open(file, false));
    } finally {
      single.close();
    }
  }

  @Test
  void noLinkLeadsToTheRootNorOutOfIt() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), root);
    fails(Errno.ELOOP, () -> shared(link));
    Files.createDirectory(root.resolve("sub"));
    fails(Errno.ELOOP, () -> shared(link.resolve("sub")));
    fails(Errno.ENXIO, () -> shared(Path.of("/dev/null")));
    fails(Errno.ENOENT, () -> shared(temp.resolve("missing")));
    for (String name : List.of(".", "..", "a/b", "a\0b")) {
      fails(Errno.EINVAL, () -> files.resolve(root, Name.of(name)));
    }
    assertThrows(IllegalArgumentException.class, () -> files.stat(temp));
    files.symlink(place("out"), "..".getBytes(StandardCharsets.UTF_8));
    Path beyond = files.resolve(place("out"), Name.of("link"));
    fails(Errno.ELOOP, () -> files.stat(beyond));
    fails(Errno.ELOOP, () -> files.create(beyond, FileType.REGULAR, 0600, 0, 0));
  }

  @Test
  void row116NamesAreBytes() throws IOException {
    Name name = Name.ofBytes(new byte[] {'a', (byte) 0xFF, '%', '\n'});
    Path place = files.resolve(root, name);
    files.create(place, FileType.REGULAR, 0600, 0, 0);
    assertEquals(List.of(name), files.list(root));
    files.link(place, place("linked"));
    assertEquals(2, files.stat(place).links());
    files.rename(place, place("linked2"));
    assertTrue(files.exchange(place("linked"), make("d", FileType.DIRECTORY, 0700)));
    files.delete(place("linked"));
    files.discard(place("d"));
    assertEquals(List.of(Name.of("linked2")), files.list(root));
  }

  @Test
  void rangesAreCopiedFromFilesThatNoLinkLeadsTo() throws IOException {
    Path source = temp.resolve("source");
    try (FileChannel sparse = FileChannel.open(
        source,
        java.nio.file.StandardOpenOption.CREATE_NEW,
        java.nio.file.StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.wrap(VALUE), 1 << 20);
    }
    Path target = make("target", FileType.REGULAR, 0600);
    assertTrue(files.copyRange(target, source, 0, (1 << 20) + 3));
    assertEquals(-1, Files.mismatch(source, root.resolve("target")));
    Path link = Files.createSymbolicLink(temp.resolve("link"), source);
    assertFalse(files.copyRange(make("other", FileType.REGULAR, 0600), link, 0, 3));
  }

  @Test
  void closedFilesAreNotUsed() {
    files.close();
    files.close();
    fails(Errno.EBADF, () -> files.stat(root));
  }
}
