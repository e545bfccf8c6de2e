package dev.layerfs.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watch services of containers, the same on a disk and in memory. An event is there once its change is. */
abstract class WatchServiceContract {
  private static final WatchEvent.Kind<?>[] ALL = {ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY};

  @TempDir
  Path temporary;

  private LayerStore store;
  private Container container;
  private FileSystem fileSystem;
  private WatchService service;
  private Path root;
  private Path etc;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void open() throws IOException {
    store = openStore();
    TestImage image = new TestImage()
        .layer(new TarBuilder()
            .directory("etc/")
            .file("etc/motd", "hello")
            .directory("etc/conf/")
            .directory("opt/")
            .hardLink("opt/motd", "etc/motd")
            .symlink("link", "etc"));
    store.load(new TestLayout().image("watched:1", image).write(temporary.resolve("layout")));
    container = store.create(store.image("watched:1"));
    root = container.root();
    etc = root.resolve("etc");
    fileSystem = root.getFileSystem();
    service = fileSystem.newWatchService();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** What a key has to tell, one line for each event; the key is reset. */
  private static List<String> events(WatchKey key) {
    List<String> lines = new ArrayList<>();
    for (WatchEvent<?> event : key.pollEvents()) {
      lines.add(event.kind() + " " + event.context() + " " + event.count());
    }
    key.reset();
    return lines;
  }

  @Test
  void tellsWhatHappensInADirectory() throws IOException {
    WatchKey key = etc.register(service, ALL);
    Files.writeString(etc.resolve("new"), "x");
    Files.createDirectory(etc.resolve("dir"));
    Files.delete(etc.resolve("new"));
    Files.setPosixFilePermissions(
        etc.resolve("conf"), PosixFilePermissions.fromString("rwx------"));
    assertSame(key, service.poll());
    assertNull(service.poll(), "it is queued once");
    assertEquals(
        List.of(
            "ENTRY_CREATE new 1",
            "ENTRY_MODIFY new 1",
            "ENTRY_CREATE dir 1",
            "ENTRY_DELETE new 1",
            "ENTRY_MODIFY conf 1"),
        events(key));
    assertNull(service.poll());
  }

  @Test
  void contextIsARelativePathOfOneName() throws IOException {
    WatchKey key = etc.register(service, ENTRY_CREATE);
    Path made = Files.createFile(etc.resolve("new"));
    Path context = (Path) key.pollEvents().get(0).context();
    assertEquals(made, etc.resolve(context));
    assertEquals(1, context.getNameCount());
    assertFalse(context.isAbsolute());
    assertSame(etc, key.watchable());
  }

  @Test
  void aFileOfTheImageIsWatchedThroughCopyUp() throws IOException {
    WatchKey key = etc.register(service, ALL);
    WatchKey other = root.resolve("opt").register(service, ALL);
    try (SeekableByteChannel channel =
        Files.newByteChannel(etc.resolve("motd"), StandardOpenOption.WRITE)) {
      assertNull(service.poll(), "opening changes nothing");
      channel.write(java.nio.ByteBuffer.allocate(1));
      channel.write(java.nio.ByteBuffer.allocate(1));
      assertEquals(List.of("ENTRY_MODIFY motd 2"), events(key));
      assertEquals(List.of("ENTRY_MODIFY motd 2"), events(other));
    }
    assertEquals(List.of(), events(key));
  }

  @Test
  void renameIsADeletionAndACreation() throws IOException {
    WatchKey key = etc.register(service, ALL);
    WatchKey other = root.resolve("opt").register(service, ALL);
    Files.move(etc.resolve("conf"), root.resolve("opt/conf"));
    assertEquals(List.of("ENTRY_DELETE conf 1"), events(key));
    assertEquals(List.of("ENTRY_CREATE conf 1"), events(other));
    Files.writeString(root.resolve("opt/replaced"), "");
    Files.move(
        root.resolve("opt/replaced"), etc.resolve("motd"), StandardCopyOption.REPLACE_EXISTING);
    assertEquals(List.of("ENTRY_CREATE motd 1"), events(key));
    assertEquals(List.of("ENTRY_CREATE replaced 1", "ENTRY_DELETE replaced 1"), events(other));
  }

  @Test
  void aDirectoryIsWatchedWhereverItIs() throws IOException {
    WatchKey key = root.resolve("link/conf").register(service, ALL);
    Files.move(etc, root.resolve("moved"));
    Files.createFile(root.resolve("moved/conf/new"));
    assertEquals(List.of("ENTRY_CREATE new 1"), events(key));
    assertTrue(key.isValid());
  }

  @Test
  void repeatedEventsAreCounted() throws IOException {
    WatchKey key = etc.register(service, ALL);
    for (int i = 0; i < 3; i++) {
      Files.writeString(etc.resolve("motd"), "x", StandardOpenOption.APPEND);
      Files.setLastModifiedTime(etc.resolve("conf"), Files.getLastModifiedTime(etc));
    }
    assertEquals(List.of("ENTRY_MODIFY motd 3", "ENTRY_MODIFY conf 3"), events(key));
    Files.writeString(etc.resolve("motd"), "x", StandardOpenOption.APPEND);
    Files.delete(etc.resolve("motd"));
    Files.writeString(etc.resolve("motd"), "x");
    assertEquals(
        List.of(
            "ENTRY_MODIFY motd 1",
            "ENTRY_DELETE motd 1",
            "ENTRY_CREATE motd 1",
            "ENTRY_MODIFY motd 1"),
        events(key));
  }

  @Test
  void tooManyEventsOverflow() throws IOException {
    WatchKey key = etc.register(service, ENTRY_CREATE);
    for (int i = 0; i < LayerWatchKey.MAX_EVENTS; i++) {
      Files.createFile(etc.resolve("n" + i));
    }
    assertEquals(LayerWatchKey.MAX_EVENTS, events(service.poll()).size());
    for (int i = 0; i < LayerWatchKey.MAX_EVENTS + 3; i++) {
      Files.createFile(etc.resolve("m" + i));
    }
    assertEquals(List.of("OVERFLOW null 3"), events(service.poll()));
    Files.createFile(etc.resolve("after"));
    assertEquals(List.of("ENTRY_CREATE after 1"), events(key));
  }

  @Test
  void onlyWhatWasAskedFor() throws IOException {
    WatchKey key = etc.register(service, ENTRY_DELETE, OVERFLOW);
    Files.writeString(etc.resolve("new"), "x");
    assertNull(service.poll());
    assertSame(key, root.resolve("link").register(service, ENTRY_MODIFY));
    Files.delete(etc.resolve("new"));
    assertNull(service.poll());
    Files.writeString(etc.resolve("motd"), "x");
    assertSame(key, service.poll());
  }

  @Test
  void resetQueuesAKeyThatHasMoreToTell() throws IOException {
    WatchKey key = etc.register(service, ALL);
    Files.createFile(etc.resolve("one"));
    assertSame(key, service.poll());
    Files.createFile(etc.resolve("two"));
    assertNull(service.poll(), "not before it is reset");
    assertTrue(key.reset());
    assertTrue(key.reset());
    assertSame(key, service.poll());
    assertNull(service.poll());
    assertEquals(List.of("ENTRY_CREATE one 1", "ENTRY_CREATE two 1"), events(key));
    assertTrue(key.reset());
    assertNull(service.poll());
  }

  @Test
  void aCancelledKeyTellsNoMore() throws IOException {
    WatchKey key = etc.register(service, ALL);
    Files.createFile(etc.resolve("one"));
    key.cancel();
    key.cancel();
    Files.createFile(etc.resolve("two"));
    assertFalse(key.isValid());
    assertSame(key, service.poll(), "it stays queued");
    assertEquals(1, key.pollEvents().size());
    assertFalse(key.reset());
    WatchKey again = etc.register(service, ALL);
    assertNotSame(key, again);
    Files.createFile(etc.resolve("three"));
    assertSame(again, service.poll());
  }

  @Test
  void aKeyEndsWithItsDirectory() throws IOException {
    Path conf = etc.resolve("conf");
    WatchKey key = conf.register(service, ALL);
    WatchKey above = etc.register(service, ALL);
    Files.createFile(conf.resolve("x"));
    Files.delete(conf.resolve("x"));
    Files.delete(conf);
    assertFalse(key.isValid());
    assertSame(key, service.poll());
    assertEquals(List.of("ENTRY_CREATE x 1", "ENTRY_DELETE x 1"), events(key));
    assertFalse(key.reset());
    assertSame(above, service.poll());
    assertEquals(List.of("ENTRY_DELETE conf 1"), events(above));
    Files.createDirectory(conf);
    Files.createFile(conf.resolve("y"));
    assertEquals(List.of(), events(key), "it is another directory");
    WatchKey empty = conf.register(service, ENTRY_CREATE);
    Files.delete(conf.resolve("y"));
    Files.delete(conf);
    assertEquals(List.of("ENTRY_CREATE conf 1", "ENTRY_DELETE conf 1"), events(service.poll()));
    assertSame(empty, service.poll(), "with nothing to tell but its end");
  }

  @Test
  void whatCannotBeRegistered() throws IOException {
    assertThrows(
        NotDirectoryException.class, () -> etc.resolve("motd").register(service, ENTRY_CREATE));
    assertThrows(
        NoSuchFileException.class, () -> etc.resolve("no").register(service, ENTRY_CREATE));
    assertThrows(IllegalArgumentException.class, () -> etc.register(service));
    assertThrows(IllegalArgumentException.class, () -> etc.register(service, OVERFLOW));
    assertThrows(UnsupportedOperationException.class, () -> etc.register(service, new Unknown()));
    assertThrows(
        UnsupportedOperationException.class,
        () -> etc.register(service, ALL, (WatchEvent.Modifier) () -> "UNKNOWN"));
    assertThrows(NullPointerException.class, () -> etc.register(service, ENTRY_CREATE, null));
    assertThrows(NullPointerException.class, () -> etc.register(null, ENTRY_CREATE));
    try (WatchService other = FileSystems.getDefault().newWatchService();
        Container second = store.create(store.image("watched:1"))) {
      assertThrows(ProviderMismatchException.class, () -> etc.register(other, ENTRY_CREATE));
      assertThrows(
          ProviderMismatchException.class, () -> second.root().register(service, ENTRY_CREATE));
    }
  }

  /** A kind of event that nobody knows. */
  private static final class Unknown implements WatchEvent.Kind<Path> {
    @Override
    public String name() {
      return "UNKNOWN";
    }

    @Override
    public Class<Path> type() {
      return Path.class;
    }
  }

  @Test
  void servicesDontShareKeys() throws IOException {
    try (WatchService other = fileSystem.newWatchService()) {
      WatchKey key = etc.register(service, ENTRY_CREATE);
      WatchKey second = etc.register(other, ENTRY_CREATE);
      assertNotSame(key, second);
      Files.createFile(etc.resolve("new"));
      assertSame(key, service.poll());
      assertSame(second, other.poll());
      key.cancel();
      assertTrue(second.isValid());
    }
  }

  @Test
  void waitsForEvents() throws Exception {
    WatchKey key = etc.register(service, ENTRY_CREATE);
    assertNull(service.poll(1, TimeUnit.MILLISECONDS));
    assertSame(key, whileWaiting(service::take, () -> Files.createFile(etc.resolve("one"))));
    events(key);
    assertSame(
        key,
        whileWaiting(
            () -> service.poll(1, TimeUnit.HOURS), () -> Files.createFile(etc.resolve("two"))));
  }

  private static WatchKey whileWaiting(Callable<WatchKey> wait, Callable<?> action)
      throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch started = new CountDownLatch(1);
      Future<WatchKey> key = thread.submit(() -> {
        started.countDown();
        return wait.call();
      });
      started.await();
      action.call();
      return key.get(1, TimeUnit.MINUTES);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void closingAServiceWakesWhoWaits() throws Exception {
    WatchKey key = etc.register(service, ENTRY_CREATE);
    assertWakes(() -> {
      service.close();
      return true;
    });
    assertFalse(key.isValid());
    assertFalse(key.reset());
    key.cancel();
    service.close();
    assertThrows(ClosedWatchServiceException.class, service::poll);
    assertThrows(ClosedWatchServiceException.class, () -> service.poll(1, TimeUnit.SECONDS));
    assertThrows(ClosedWatchServiceException.class, service::take);
    assertThrows(ClosedWatchServiceException.class, () -> etc.register(service, ENTRY_CREATE));
    Files.createFile(etc.resolve("new"));
    assertEquals(List.of(), key.pollEvents());
  }

  @Test
  void closingTheFileSystemClosesItsServices() throws Exception {
    WatchKey key = etc.register(service, ENTRY_CREATE);
    assertWakes(() -> {
      container.close();
      return true;
    });
    assertFalse(key.isValid());
    assertThrows(ClosedWatchServiceException.class, service::poll);
    assertThrows(ClosedFileSystemException.class, fileSystem::newWatchService);
    assertThrows(ClosedWatchServiceException.class, () -> etc.register(service, ENTRY_CREATE));
  }

  private void assertWakes(Callable<?> action) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> whileWaiting(service::take, action));
    assertSame(ClosedWatchServiceException.class, failure.getCause().getClass());
  }

  @Test
  void anImageIsWatchedInVain() throws IOException {
    try (Rootfs image = store.image("watched:1").open();
        WatchService watching = image.root().getFileSystem().newWatchService()) {
      WatchKey key = image.root().register(watching, ALL);
      assertThrows(IOException.class, () -> Files.createFile(image.root().resolve("new")));
      assertTrue(key.isValid());
      assertNull(watching.poll());
    }
  }
}
