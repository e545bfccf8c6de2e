package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The {@code java.nio.file} door to a container that acts for an unprivileged user. */
final class ActingFileSystemTest {
  @TempDir
  private Path temporary;

  private LayerStore store;
  private Container container;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    store = LayerStore.inMemory();
    TarBuilder tar = new TarBuilder()
        .add(TarEntryBuilder.directory("./").mode(0755))
        .add(TarEntryBuilder.directory("home/").mode(0755).owner(1000, 1000))
        .add(file("home/mine", 0644, 1000))
        .add(file("home/theirs", 0640, 0))
        .add(file("home/shared", 0444, 0))
        .add(TarEntryBuilder.directory("private/").mode(0700))
        .add(file("private/secret", 0644, 0))
        .add(TarEntryBuilder.directory("listed/").mode(0744))
        .add(file("listed/found", 0644, 0))
        .add(TarEntryBuilder.directory("hidden/").mode(0711))
        .add(file("hidden/known", 0644, 0));
    store.load(new TestLayout()
        .image("test:1", new TestImage().layer(tar))
        .write(temporary.resolve("layout")));
    container = store.create(
        store.image("test:1"),
        ContainerOptions.builder().actingAs(1000, 1000, 20).build());
    root = container.root();
  }

  private static TarEntryBuilder file(String name, int mode, long owner) {
    byte[] content = name.getBytes(StandardCharsets.UTF_8);
    return TarEntryBuilder.file(name, content).mode(mode).owner(owner, owner);
  }

  @AfterEach
  void close() throws IOException {
    container.close();
    store.close();
  }

  private static void denied(Executable operation) {
    assertThrows(AccessDeniedException.class, operation);
  }

  private static void notPermitted(Executable operation) {
    FileSystemException e = assertThrows(FileSystemException.class, operation);
    assertEquals("Operation not permitted", e.getReason());
  }

  @Test
  void accessIsThatOfTheUser() {
    Path mine = root.resolve("home/mine");
    assertTrue(Files.isReadable(mine) && Files.isWritable(mine));
    assertFalse(Files.isExecutable(mine));
    Path theirs = root.resolve("home/theirs");
    assertTrue(Files.exists(theirs));
    assertFalse(Files.isReadable(theirs) || Files.isWritable(theirs));
    assertTrue(Files.isReadable(root.resolve("home/shared")));
    assertFalse(Files.exists(root.resolve("private/secret")));
    assertFalse(Files.isExecutable(root.resolve("private")));
  }

  @Test
  void directoriesAreSearchedAndListedByPermission() throws IOException {
    denied(() -> Files.readString(root.resolve("private/secret")));
    denied(() -> Files.readString(root.resolve("private/../home/mine")));
    denied(() -> Files.newDirectoryStream(root.resolve("private")).close());
    denied(() -> Files.newDirectoryStream(root.resolve("hidden")).close());
    denied(() -> Files.newByteChannel(root.resolve("hidden")).close());
    denied(() -> Files.readString(root.resolve("listed/found")));
    assertEquals("hidden/known", Files.readString(root.resolve("hidden/known")));
    try (var entries = Files.list(root.resolve("listed"))) {
      assertEquals(1, entries.count());
    }
  }

  @Test
  void whatCannotBeReadCannotBeWatched() throws IOException {
    try (WatchService watcher = root.getFileSystem().newWatchService()) {
      root.resolve("listed").register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
      denied(() -> root.resolve("hidden").register(watcher, StandardWatchEventKinds.ENTRY_CREATE));
    }
  }

  @Test
  void newFilesBelongToTheUser() throws IOException {
    Path made = Files.writeString(root.resolve("home/new"), "text");
    assertEquals(1000, Files.getAttribute(made, "unix:uid"));
    assertEquals(1000, Files.getAttribute(made, "unix:gid"));
    Files.setAttribute(made, "unix:gid", 20);
    notPermitted(() -> Files.setAttribute(made, "unix:gid", 30));
    notPermitted(() -> Files.setAttribute(made, "unix:uid", 0));
    denied(() -> Files.createFile(root.resolve("new")));
    denied(() -> Files.createDirectory(root.resolve("new")));
  }

  @Test
  void whoCreatesAFileWritesItWhateverItsMode() throws IOException {
    Path made = root.resolve("home/new");
    var readOnly = PosixFilePermissions.asFileAttribute(Set.of(PosixFilePermission.OWNER_READ));
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try (FileChannel file = FileChannel.open(made, options, readOnly)) {
      file.write(ByteBuffer.wrap(new byte[] {'x'}));
    }
    assertEquals("x", Files.readString(made));
    denied(() -> Files.writeString(made, "y"));
  }

  @Test
  void attributesOfOthersStay() throws IOException {
    Path shared = root.resolve("home/shared");
    notPermitted(() -> Files.setPosixFilePermissions(shared, Set.of()));
    notPermitted(() -> Files.setLastModifiedTime(shared, FileTime.fromMillis(0)));
    denied(() -> Files.setAttribute(shared, "user:a", new byte[] {1}));
    assertEquals(0, container.changes().count());
    Files.setAttribute(root.resolve("home/mine"), "user:a", new byte[] {1});
    assertEquals(2, container.changes().count());
  }

  @Test
  void copiesBelongToWhoeverCopies() throws IOException {
    Path copy = root.resolve("home/copy");
    Files.copy(root.resolve("home/shared"), copy, StandardCopyOption.COPY_ATTRIBUTES);
    assertEquals("home/shared", Files.readString(copy));
    assertEquals(1000, Files.getAttribute(copy, "unix:uid"));
    assertEquals(
        Files.getLastModifiedTime(root.resolve("home/shared")), Files.getLastModifiedTime(copy));
    Path none = root.resolve("home/none");
    denied(() -> Files.copy(root.resolve("home/theirs"), none));
    assertFalse(Files.exists(none));
  }

  @Test
  void theOwnerOfADirectoryMovesAndDeletesWhatIsInIt() throws IOException {
    Files.move(root.resolve("home/theirs"), root.resolve("home/moved"));
    Files.delete(root.resolve("home/moved"));
    denied(() -> Files.delete(root.resolve("home")));
    denied(() -> Files.move(root.resolve("home/mine"), root.resolve("mine")));
  }
}
