package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Rootfs;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestContainer;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/nio.md says is not as the JDK's own provider has it, as far as no other test says it, in a container whose
 * store is on the disk.
 */
final class DifferencesTest {
  private static final int MAX_ACCOUNTS = 1 << 20;
  private static final int ENOUGH = 10_000;

  @TempDir
  Path temp;

  private TestContainer container;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    TarBuilder layer = new TarBuilder()
        .directory("etc/")
        .file("etc/group", "staff:x:7:")
        .symlink("etc/passwd", temp.resolve("spied").toAbsolutePath().toString())
        .symlink("slashes", "etc//./group/")
        .file("file", "content");
    container = TestContainer.in(temp.resolve("store"), new TestImage().layer(layer));
    root = container.root();
    Files.writeString(temp.resolve("spied"), "spy:x:4711:4711\nzero:x:0:0");
  }

  @AfterEach
  void close() throws IOException {
    container.close();
  }

  /** Others use the disk, too, and may give back at once what they take: some time the figures are those before and after. */
  @Test
  void spaceIsTheHosts() throws IOException {
    FileStore host = Files.getFileStore(temp);
    FileStore store = Files.getFileStore(root.resolve("file"));
    assertEquals(space(host).get(0), space(store).get(0));
    for (int i = 0; i < ENOUGH; i++) {
      List<Long> before = space(host);
      if (before.equals(space(store)) && before.equals(space(host))) {
        return;
      }
    }
    assertEquals(space(host), space(store), "never the same while the host was quiet");
  }

  private static List<Long> space(FileStore store) throws IOException {
    return List.of(store.getTotalSpace(), store.getUnallocatedSpace(), store.getUsableSpace());
  }

  @Test
  void anImageIsAsLargeAsItsFiles() throws IOException {
    try (Rootfs image = container.store().image("image:1").open()) {
      FileStore store = Files.getFileStore(image.root());
      assertTrue(store.isReadOnly());
      assertTrue(store.getTotalSpace() > 0);
      assertEquals(0, store.getUsableSpace() + store.getUnallocatedSpace());
    }
  }

  @Test
  void viewsThatThereAreNot() throws IOException {
    FileStore store = Files.getFileStore(root);
    for (String view : List.of("acl", "dos", "none")) {
      assertFalse(store.supportsFileAttributeView(view), view);
      assertThrows(
          UnsupportedOperationException.class, () -> Files.readAttributes(root, view + ":*"));
    }
    assertFalse(store.supportsFileAttributeView(AclFileAttributeView.class));
    assertNull(Files.getFileAttributeView(root, AclFileAttributeView.class));
    assertNull(Files.getFileAttributeView(root, DosFileAttributeView.class));
  }

  @Test
  void namesThatAreNoText() throws IOException {
    PosixView view = new ModelView();
    Path top = LayerFileSystem.of(view, "bytes").getPath("/");
    byte[][] names = {{'a', (byte) 0xFF}, {'a', (byte) 0xC3, (byte) 0xA4}, {'a', (byte) 0xE4}};
    Path directory = Files.createDirectory(top.resolve("names"));
    Node parent = view.lookup(view.root(), Name.of("names"));
    for (byte[] name : names) {
      view.create(parent, Name.ofBytes(name), FileType.REGULAR, 0644, 0, 0);
    }
    assertEquals(List.of("a\u00e4", "a\udce4", "a\udcff"), matching(directory, "a?"));
    assertEquals(List.of("a\udcff"), matching(directory, "*\udcff"));
    assertEquals(List.of("a\udce4", "a\udcff"), matching(directory, "a[\udc80-\udcff]"));
    assertEquals(List.of(), matching(directory, "A?"));
    assertEquals("", Files.readString(directory.resolve("a\udcff")));
  }

  private static List<String> matching(Path directory, String glob) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(path -> names.add(path.getFileName().toString()));
    }
    names.sort(null);
    return names;
  }

  @Test
  void slashesOfATargetAreOnlyKeptInTheLink() throws IOException {
    Path link = root.resolve("slashes");
    assertEquals("etc/./group", Files.readSymbolicLink(link).toString());
    Files.move(link, root.resolve("moved"));
    PosixView view = container.container().posix();
    Node moved = view.lookup(view.root(), Name.of("moved"));
    assertArrayEquals("etc//./group/".getBytes(US_ASCII), view.readLink(moved));
  }

  @Test
  void timesThatAreNotKept() throws IOException {
    Path file = root.resolve("file");
    assertEquals("content", Files.readString(file));
    BasicFileAttributeView view = Files.getFileAttributeView(file, BasicFileAttributeView.class);
    BasicFileAttributes before = view.readAttributes();
    assertEquals(before.lastModifiedTime(), before.lastAccessTime());
    assertEquals(before.lastModifiedTime(), before.creationTime());
    FileTime modified = FileTime.fromMillis(2_000);
    view.setTimes(modified, null, FileTime.fromMillis(3_000));
    assertEquals(modified, view.readAttributes().creationTime());
  }

  @Test
  void directoryStreamsAreSortedSnapshots() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
      Files.delete(root.resolve("file"));
      Files.createFile(root.resolve("later"));
      stream.forEach(path -> names.add(path.getFileName().toString()));
    }
    assertEquals(List.of("etc", "file", "slashes"), names);
  }

  @Test
  void row111AccountsOfTheHostAreOutOfReach() throws IOException {
    UserPrincipalLookupService lookup = root.getFileSystem().getUserPrincipalLookupService();
    for (String name : List.of("spy", "zero", "root", "no such", "")) {
      assertThrows(
          UserPrincipalNotFoundException.class, () -> lookup.lookupPrincipalByName(name), name);
    }
    assertEquals("0", Files.getOwner(root.resolve("file")).getName());
    Files.delete(root.resolve("etc/passwd"));
    String up = "../".repeat(40) + temp.resolve("spied").toAbsolutePath();
    Files.createSymbolicLink(root.resolve("etc/passwd"), root.getFileSystem().getPath(up));
    assertThrows(UserPrincipalNotFoundException.class, () -> lookup.lookupPrincipalByName("spy"));
    assertThrows(
        UserPrincipalNotFoundException.class, () -> lookup.lookupPrincipalByGroupName("spy"));
    assertEquals("staff", lookup.lookupPrincipalByGroupName("staff").getName());
    assertEquals("4711", lookup.lookupPrincipalByName("4711").getName());
  }

  @Test
  void row57AccountFilesHaveALimit() throws IOException {
    Path passwd = root.resolve("etc/passwd");
    Files.delete(passwd);
    String line = "ann:x:1000:1000\n";
    Files.writeString(passwd, line + "#".repeat(MAX_ACCOUNTS - line.length()));
    UserPrincipalLookupService lookup = root.getFileSystem().getUserPrincipalLookupService();
    assertEquals("ann", lookup.lookupPrincipalByName("ann").getName());
    Files.writeString(passwd, line + "#".repeat(MAX_ACCOUNTS - line.length() + 1));
    assertThrows(LimitExceededException.class, () -> lookup.lookupPrincipalByName("ann"));
    assertEquals("0", Files.getOwner(root.resolve("file")).getName());
  }
}
