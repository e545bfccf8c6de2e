package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the JDK's own provider can't be asked: special files, accounts, read-only and closed file systems. */
final class LayerFileSystemTest {
  private final ModelView view = new ModelView();
  private final FileSystem door = LayerFileSystem.of(view, "container-1");
  private final Path file = door.getPath("/file");

  @Test
  void readOnlyFileSystems() throws IOException {
    Files.writeString(file, "x");
    assertFalse(door.isReadOnly());
    view.makeReadOnly();
    assertTrue(door.isReadOnly());
    assertTrue(Files.getFileStore(file).isReadOnly());
    assertFalse(Files.isWritable(file));
    assertEquals("x", Files.readString(file));
    List<Executable> changes = List.of(
        () -> Files.writeString(file, "y"),
        () -> Files.delete(file),
        () -> Files.createDirectory(door.getPath("d")),
        () -> Files.createSymbolicLink(door.getPath("l"), file),
        () -> Files.move(file, door.getPath("m")),
        () -> Files.copy(file, door.getPath("c")),
        () -> Files.setAttribute(file, "unix:mode", 0));
    for (Executable change : changes) {
      FileSystemException e = assertThrows(FileSystemException.class, change);
      assertEquals(FileSystemException.class, e.getClass());
      assertEquals("Read-only file system", e.getReason());
    }
  }

  @Test
  void closedFileSystems() throws IOException {
    Files.writeString(file, "x");
    DirectoryStream<Path> stream = Files.newDirectoryStream(door.getPath("/"));
    assertTrue(door.isOpen());
    door.close();
    door.close();
    assertFalse(door.isOpen());
    List<Executable> operations = List.of(
        () -> Files.readString(file),
        () -> Files.size(file),
        () -> Files.newDirectoryStream(door.getPath("/")),
        () -> Files.createDirectory(door.getPath("d")),
        () -> Files.delete(file),
        () -> Files.exists(file),
        () -> Files.setAttribute(file, "unix:mode", 0),
        () -> file.toRealPath(),
        () -> door.isReadOnly(),
        () -> Files.getFileStore(file));
    for (Executable operation : operations) {
      assertThrows(ClosedFileSystemException.class, operation);
    }
    assertEquals("/file", file.toString());
    stream.close();
  }

  @Test
  void specialFilesAreCopiedAndMovedButNeverOpened() throws IOException {
    Path fifo = make("fifo", FileType.FIFO, 0, 0);
    Path device = make("device", FileType.CHARACTER_DEVICE, 5, 300);
    Path copy = Files.copy(fifo, door.getPath("/copy"), StandardCopyOption.COPY_ATTRIBUTES);
    assertTrue(Files.readAttributes(copy, PosixFileAttributes.class).isOther());
    Path moved = Files.move(device, door.getPath("/moved"));
    Path copied = Files.copy(moved, door.getPath("/copied"));
    assertEquals(0x10_052CL, Files.getAttribute(copied, "unix:rdev"));
    assertEquals(0x2000 | 0640, Files.getAttribute(copied, "unix:mode"));
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> Files.newByteChannel(fifo));
    assertEquals("No such device or address", e.getReason());
    Files.delete(fifo);
    assertTrue(Files.notExists(fifo));
  }

  private Path make(String name, FileType type, int major, int minor) throws PosixException {
    view.create(view.root(), Name.of(name), type, 0640, major, minor);
    return door.getPath("/" + name);
  }

  @Test
  void principalsAreTheImagesOwn() throws IOException {
    Files.createDirectory(door.getPath("etc"));
    Files.writeString(
        door.getPath("etc/passwd"), "root:x:0:0::/:/bin/sh\nann:x:1000:7::\nbad\nx:y:z\nann:x:5:5");
    Files.writeString(door.getPath("etc/group"), "staff:x:7:ann\ndup:x:7:");
    Files.writeString(file, "");
    UserPrincipalLookupService lookup = door.getUserPrincipalLookupService();
    assertEquals("root", Files.getOwner(file).getName());
    UserPrincipal ann = lookup.lookupPrincipalByName("ann");
    assertEquals(ann, Files.getOwner(Files.setOwner(file, ann)));
    assertEquals(1000, Files.getAttribute(file, "unix:uid"));
    GroupPrincipal staff = lookup.lookupPrincipalByGroupName("staff");
    Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(staff);
    assertEquals(
        "staff", Files.readAttributes(file, PosixFileAttributes.class).group().getName());
    assertEquals(lookup.lookupPrincipalByName("1000"), ann);
    assertNotEquals(lookup.lookupPrincipalByGroupName("1000"), ann);
    assertThrows(UserPrincipalNotFoundException.class, () -> lookup.lookupPrincipalByName("bob"));
    assertThrows(
        UserPrincipalNotFoundException.class, () -> lookup.lookupPrincipalByName("4294967295"));
    assertThrows(IOException.class, () -> Files.setOwner(file, staff));
  }

  @Test
  void accountFilesAreReadAgainWhenTheyChange() throws IOException {
    Files.createDirectory(door.getPath("etc"));
    Path passwd = door.getPath("etc/passwd");
    Files.writeString(file, "");
    assertEquals("0", Files.getOwner(file).getName());
    Files.writeString(passwd, "zero:x:0:0");
    assertEquals("zero", Files.getOwner(file).getName());
    Files.delete(passwd);
    Files.createSymbolicLink(passwd, door.getPath("/../../real"));
    Files.writeString(door.getPath("/real"), "inside:x:0:0");
    assertEquals("inside", Files.getOwner(file).getName());
    Files.write(door.getPath("/real"), new byte[(1 << 20) + 1]);
    assertEquals("0", Files.getOwner(file).getName());
    UserPrincipalLookupService lookup = door.getUserPrincipalLookupService();
    assertThrows(IOException.class, () -> lookup.lookupPrincipalByName("inside"));
    Files.delete(passwd);
    make("etc-fifo", FileType.FIFO, 0, 0);
    Files.move(door.getPath("/etc-fifo"), passwd);
    assertEquals("0", Files.getOwner(file).getName());
  }

  @Test
  void fileKeysOutliveTheFileSystemObject() throws IOException {
    Files.writeString(file, "");
    Files.createLink(door.getPath("hard"), file);
    Object key = key(file);
    assertEquals(key, key(door.getPath("hard")));
    assertEquals(key, key(LayerFileSystem.of(view, "container-1").getPath("file")));
    assertNotEquals(key, key(door.getPath("/")));
    assertNotEquals(key, key(LayerFileSystem.of(view, "container-2").getPath("file")));
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class).fileKey();
  }

  @Test
  void timesBeyondInstantAreNotFatal() throws IOException {
    Files.writeString(file, "");
    Node node = view.lookup(view.root(), Name.of("file"));
    view.utimens(node, new Timespec(Long.MIN_VALUE, 1), new Timespec(Long.MAX_VALUE, 999));
    assertTrue(Files.getLastModifiedTime(file).toMillis() > 0);
    assertFalse(Files.readAttributes(file, "lastAccessTime").isEmpty());
  }

  @Test
  void userAttributes() throws IOException {
    Files.writeString(file, "");
    var user = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    assertEquals(3, user.write("a", ByteBuffer.wrap(new byte[] {1, 2, 3})));
    Files.setAttribute(file, "user:\udcff", new byte[] {4});
    assertEquals(List.of("a", "\udcff"), user.list());
    assertEquals(3, user.size("a"));
    ByteBuffer target = ByteBuffer.allocate(5);
    assertEquals(3, user.read("a", target));
    assertEquals(3, target.position());
    assertThrows(FileSystemException.class, () -> user.read("a", ByteBuffer.allocate(2)));
    user.delete("a");
    assertThrows(FileSystemException.class, () -> user.delete("a"));
    assertThrows(FileSystemException.class, () -> user.size("a"));
    assertThrows(FileSystemException.class, () -> user.size("\ud800"));
  }

  @Test
  void attributeViews() throws IOException {
    assertEquals(
        "basic",
        door.provider().getFileAttributeView(file, BasicFileAttributeView.class).name());
    assertEquals(
        "owner",
        door.provider().getFileAttributeView(file, FileOwnerAttributeView.class).name());
    assertNull(Files.getFileAttributeView(file, DosFileAttributeView.class));
    assertEquals(
        Set.of("basic", "owner", "posix", "unix", "user"), door.supportedFileAttributeViews());
    FileStore store = Files.getFileStore(door.getPath("/"));
    assertTrue(store.supportsFileAttributeView("unix"));
    assertTrue(store.supportsFileAttributeView(PosixFileAttributeView.class));
    assertFalse(store.supportsFileAttributeView(DosFileAttributeView.class));
  }

  @Test
  void fileStore() throws IOException {
    FileStore store = door.getFileStores().iterator().next();
    assertEquals("container-1", store.name());
    assertEquals("layerfs", store.type());
    assertEquals(4096L << 20, store.getTotalSpace());
    assertEquals(4096L << 18, store.getUsableSpace());
    assertEquals(4096L << 19, store.getAttribute("unallocatedSpace"));
    assertEquals(store, Files.getFileStore(door.getPath("/")));
    assertThrows(UnsupportedOperationException.class, () -> store.getAttribute("x"));
  }

  @Test
  void accessIsThatOfRoot() throws IOException {
    Files.writeString(file, "");
    Files.setAttribute(file, "unix:mode", 0);
    assertTrue(Files.isReadable(file) && Files.isWritable(file));
    assertThrows(
        AccessDeniedException.class, () -> door.provider().checkAccess(file, AccessMode.EXECUTE));
    Files.setAttribute(file, "unix:mode", 1);
    assertTrue(Files.isExecutable(file));
    assertTrue(Files.isExecutable(door.getPath("/")));
  }

  @Test
  void directoryStreamsFollowTheirRules() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      Files.createFile(door.getPath(name));
    }
    DirectoryStream<Path> stream = Files.newDirectoryStream(door.getPath(""), "[!b]");
    Iterator<Path> entries = stream.iterator();
    assertThrows(IllegalStateException.class, stream::iterator);
    assertEquals("a", entries.next().toString());
    assertTrue(entries.hasNext());
    stream.close();
    assertEquals("c", entries.next().toString());
    assertFalse(entries.hasNext());
    assertThrows(NoSuchElementException.class, entries::next);
    assertThrows(IllegalStateException.class, stream::iterator);
    try (DirectoryStream<Path> failing = Files.newDirectoryStream(door.getPath("/"), path -> {
      throw new IOException("no");
    })) {
      assertThrows(DirectoryIteratorException.class, () -> failing.iterator().hasNext());
    }
  }

  @Test
  void messagesHoldNoControlCharacters() {
    Path bad = door.getPath("/a\n\u001b[31m");
    String message =
        assertThrows(FileSystemException.class, () -> Files.size(bad)).getMessage();
    assertEquals("/a\\u000A\\u001B[31m", message);
  }

  @Test
  void aCopyKeepsHoles() throws IOException {
    try (var channel =
        Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.position(1L << 40).write(ByteBuffer.wrap(new byte[] {7}));
      channel.position(1L << 20).write(ByteBuffer.wrap(new byte[] {8}));
    }
    Path copy = Files.copy(file, door.getPath("/copy"));
    assertEquals((1L << 40) + 1, Files.size(copy));
    Node node = view.lookup(view.root(), Name.of("copy"));
    assertEquals(16, view.stat(node).blocks());
    assertTrue(Files.isRegularFile(copy, NOFOLLOW_LINKS));
  }
}
