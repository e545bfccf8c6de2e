package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.AlreadyExistsException;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes from creation to removal, the same on a disk and in memory. */
abstract class VolumeContract {
  @TempDir
  Path temporary;

  private LayerStore store;
  private Image image;

  /** Opens the same store again each time, until the test is over. */
  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void load() throws IOException {
    store = openStore();
    TestImage debian =
        new TestImage().layer(new TarBuilder().directory("data/").file("data/from", "image"));
    store.load(new TestLayout().image("debian:12", debian).write(temporary.resolve("layout")));
    image = store.image("debian:12");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static ContainerOptions with(String volume) {
    return ContainerOptions.builder().volume(volume, "/data").build();
  }

  private List<String> names() throws IOException {
    return store.volumes().list().stream().map(VolumeInfo::name).toList();
  }

  @Test
  void volumeIsMadeListedAndRemoved() throws IOException {
    VolumeOptions labelled = VolumeOptions.builder().label("a", "b").build();
    Volume made = store.volumes().create("one", labelled);
    store.volumes().create("two");
    assertEquals(List.of("one", "two"), names());
    assertEquals(Map.of("a", "b"), made.info().labels());
    assertFalse(made.info().anonymous());
    assertFalse(made.info().inUse());
    assertThrows(AlreadyExistsException.class, () -> store.volumes().create("one"));
    assertEquals(List.of("one"), store.volumes().remove("one").names());
    assertEquals(List.of("two"), names());
    assertThrows(NotFoundException.class, () -> store.volumes().get("one"));
    assertThrows(NotFoundException.class, () -> store.volumes().remove("one"));
    assertThrows(NotFoundException.class, made::info);
  }

  @Test
  void volumeHoldsFilesWithoutAContainer() throws IOException {
    Volume volume = store.volumes().create("one");
    try (Rootfs root = volume.open()) {
      Files.writeString(root.root().resolve("file"), "content");
      assertTrue(volume.info().open());
      assertThrows(InUseException.class, () -> store.volumes().remove("one"));
    }
    try (Rootfs root = volume.open();
        Rootfs again = volume.open()) {
      assertEquals("content", Files.readString(root.root().resolve("file")));
      Files.writeString(again.root().resolve("file"), "changed");
      assertEquals("changed", Files.readString(root.root().resolve("file")));
    }
    assertFalse(volume.info().open());
  }

  @Test
  void volumeOutlivesItsContainersAndTheirImage() throws IOException {
    String id;
    try (Container container = store.create(image, with("keep"))) {
      id = container.info().id();
      Files.writeString(container.root().resolve("data/mine"), "kept");
      assertThrows(InUseException.class, () -> store.volumes().remove("keep"));
    }
    assertThrows(InUseException.class, () -> store.volumes().remove("keep"));
    assertEquals(List.of(id), store.volumes().get("keep").info().containers());
    store.removeContainer(id);
    store.remove("debian:12");
    try (Rootfs root = store.volumes().get("keep").open()) {
      assertEquals("kept", Files.readString(root.root().resolve("mine")));
      assertEquals("image", Files.readString(root.root().resolve("from")));
    }
    store.volumes().remove("keep");
  }

  @Test
  void containersShareAVolume() throws IOException {
    try (Container one = store.create(image, with("shared"));
        Container other = store.create(image, with("shared"))) {
      Files.writeString(one.root().resolve("data/hello"), "hello");
      assertEquals("hello", Files.readString(other.root().resolve("data/hello")));
      Files.delete(other.root().resolve("data/from"));
      assertFalse(Files.exists(one.root().resolve("data/from")));
    }
    assertEquals(2, store.volumes().get("shared").info().containers().size());
  }

  /** Whatever the host's format, also one that takes several steps for a change. */
  @Test
  void containersUseAVolumeAtOnce() throws Exception {
    try (Container one = store.create(image, with("shared"));
        Container two = store.create(image, with("shared"))) {
      List<Callable<Boolean>> users = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Path data = (thread % 2 == 0 ? one : two).root().resolve("data");
        Random random = new Random(thread);
        users.add(() -> {
          for (int i = 0; i < 200; i++) {
            use(data.resolve("n" + random.nextInt(3)), data.resolve("n" + random.nextInt(3)));
          }
          return true;
        });
      }
      ExecutorService threads = Executors.newFixedThreadPool(users.size());
      for (Future<Boolean> user : threads.invokeAll(users)) {
        assertTrue(user.get());
      }
      threads.shutdown();
      assertEquals(tree(one.root().resolve("data")), tree(two.root().resolve("data")));
    }
  }

  /** What others have taken away, or made, in the meantime is the only thing that may be in the way. */
  private static void use(Path name, Path other) throws IOException {
    try {
      Files.writeString(name, name.toString());
      Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwxr-x---"));
      Files.readAttributes(name, "unix:mode,uid");
      Files.move(name, other, StandardCopyOption.REPLACE_EXISTING);
      Files.delete(other);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      // as on any file system
    }
  }

  private static Map<String, Object> tree(Path directory) throws IOException {
    Map<String, Object> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        found.put(file.getFileName().toString(), Files.getAttribute(file, "unix:mode"));
      }
    }
    return found;
  }

  @Test
  void twoStoresOnOneDirectorySeeEachOthersUse() throws IOException {
    try (LayerStore other = openStore();
        Container container = other.create(other.image("debian:12"), with("shared"))) {
      Files.writeString(container.root().resolve("data/hello"), "hello");
      assertTrue(store.volumes().get("shared").info().open());
      assertThrows(InUseException.class, () -> store.volumes().remove("shared"));
      try (Rootfs root = store.volumes().get("shared").open()) {
        assertEquals("hello", Files.readString(root.root().resolve("hello")));
      }
    }
  }

  @Test
  void containerShowsItsVolumesAgainWhenItIsOpened() throws IOException {
    ContainerOptions options = ContainerOptions.builder()
        .name("web")
        .volume(VolumeMount.named("one", "/data"))
        .volume(VolumeMount.named("two", "/data/nested").asReadOnly())
        .build();
    store.create(image, options).close();
    try (Container web = store.open("web")) {
      assertEquals(options.volumes(), web.info().volumes());
      assertTrue(Files.exists(web.root().resolve("data/from")));
      assertTrue(Files.isDirectory(web.root().resolve("data/nested")));
      FileSystemException refused = assertThrows(
          FileSystemException.class, () -> Files.createFile(web.root().resolve("data/nested/x")));
      assertTrue(refused.getMessage().contains("Read-only"), refused.getMessage());
    }
    assertEquals(options.volumes(), store.container("web").volumes());
  }

  @Test
  void whatIsInAVolumeIsNoPartOfTheContainer() throws IOException {
    try (Container container = store.create(image, with("one"))) {
      Files.writeString(container.root().resolve("data/mine"), "x");
      Files.writeString(container.root().resolve("own"), "x");
      try (Stream<Change> changes = container.changes()) {
        assertEquals(List.of("A /own"), changes.map(Change::toString).toList());
      }
      Image committed = container.commit("committed:1");
      try (Rootfs root = committed.open()) {
        assertTrue(Files.exists(root.root().resolve("own")));
        assertTrue(Files.exists(root.root().resolve("data/from")));
        assertFalse(Files.exists(root.root().resolve("data/mine")));
      }
      ByteArrayOutputStream tar = new ByteArrayOutputStream();
      container.export(tar);
      String names = tar.toString(StandardCharsets.ISO_8859_1);
      assertTrue(names.contains("data/from"));
      assertFalse(names.contains("data/mine"));
    }
  }

  @Test
  void resetAndRollbackLeaveVolumesAlone() throws IOException {
    String id;
    try (Container container = store.create(image, with("one"))) {
      id = container.info().id();
      Checkpoint checkpoint = container.checkpoint();
      Files.writeString(container.root().resolve("data/mine"), "x");
      Files.writeString(container.root().resolve("own"), "x");
      container.rollback(checkpoint);
      assertTrue(Files.exists(container.root().resolve("data/mine")));
      assertFalse(Files.exists(container.root().resolve("own")));
    }
    store.reset(id);
    store.convert(id);
    try (Container container = store.open(id)) {
      assertTrue(Files.exists(container.root().resolve("data/mine")));
    }
  }

  @Test
  void forkSharesNamedVolumesAndGetsCopiesOfAnonymousOnes() throws IOException {
    Image declaring = declaring("/anon");
    ContainerOptions options = with("named");
    try (Container parent = store.create(declaring, options)) {
      Files.writeString(parent.root().resolve("anon/a"), "parent");
      try (Container fork = parent.fork()) {
        Files.writeString(fork.root().resolve("data/n"), "fork");
        assertEquals("parent", Files.readString(fork.root().resolve("anon/a")));
        Files.writeString(fork.root().resolve("anon/a"), "fork");
        assertEquals("parent", Files.readString(parent.root().resolve("anon/a")));
        assertEquals("fork", Files.readString(parent.root().resolve("data/n")));
        assertEquals(3, names().size());
      }
    }
  }

  private Image declaring(String... volumes) throws IOException {
    TestImage declaring = new TestImage()
        .volumes(volumes)
        .layer(new TarBuilder().directory("anon/").file("anon/from", "image"));
    return store
        .load(new TestLayout().image("anon:1", declaring).write(temporary.resolve("anon")))
        .get(0);
  }

  @Test
  void volumesOfTheImageGoWithTheContainer() throws IOException {
    Image declaring = declaring("/anon", "/other");
    Container container = store.create(declaring);
    String id = container.info().id();
    assertEquals("image", Files.readString(container.root().resolve("anon/from")));
    Files.writeString(container.root().resolve("other/x"), "x");
    container.close();
    assertEquals(2, names().size());
    for (VolumeInfo info : store.volumes().list()) {
      assertTrue(info.anonymous());
      assertTrue(info.name().matches("[0-9a-f]{64}"), info.name());
      assertEquals(List.of(id), info.containers());
    }
    try (Container again = store.open(id)) {
      assertEquals("x", Files.readString(again.root().resolve("other/x")));
    }
    store.removeContainer(id);
    assertEquals(List.of(), names());
  }

  @Test
  void ephemeralContainersTakeTheirVolumesWithThem() throws IOException {
    ContainerOptions options =
        ContainerOptions.builder().ephemeral().volume("named", "/data").build();
    store.create(declaring("/anon"), options).close();
    assertEquals(List.of("named"), names());
  }

  @Test
  void anonymousVolumeStaysWhileAnotherContainerHasIt() throws IOException {
    Container first = store.create(declaring("/anon"));
    first.close();
    String volume = names().get(0);
    Container second = store.create(image, with(volume));
    second.close();
    store.removeContainer(first.info().id());
    assertEquals(List.of(volume), names());
    store.removeContainer(second.info().id());
    assertEquals(List.of(), names());
  }

  @Test
  void containerThatCannotBeMadeLeavesNothing() throws IOException {
    ContainerOptions options = ContainerOptions.builder()
        .name("web")
        .bind(temporary.resolve("missing"), "/data")
        .build();
    assertThrows(NoSuchFileException.class, () -> store.create(declaring("/anon"), options));
    assertEquals(List.of(), store.containers());
    assertEquals(List.of(), names());
    store.create(image, ContainerOptions.builder().name("web").build()).close();
  }

  @Test
  void pruneTakesWhatNobodyUses() throws IOException {
    store.volumes().create("free", VolumeOptions.builder().label("k", "v").build());
    store.volumes().create("other");
    store.create(image, with("used")).close();
    assertEquals(List.of(), store.volumes().prune().names());
    assertEquals(
        List.of("free"),
        store.volumes().prune(info -> info.labels().containsKey("k")).names());
    assertEquals(List.of("other"), store.volumes().prune(info -> true).names());
    assertEquals(List.of("used"), names());
  }

  @Test
  void damagedRecordDisablesOneVolume() throws IOException {
    Volume damaged = store.volumes().create("bad");
    store.volumes().create("good");
    Path record = store.directory().resolve("layerfs/volumes/bad/volume.json");
    byte[] bytes = Files.readAllBytes(record);
    bytes[bytes.length / 2] ^= 1;
    Files.write(record, bytes);
    assertThrows(StoreCorruptException.class, damaged::info);
    StoreCorruptException refused =
        assertThrows(StoreCorruptException.class, () -> store.create(image, with("bad")));
    assertTrue(refused.getMessage().contains("bad"), refused.getMessage());
    assertEquals(List.of("good"), names());
    assertEquals(List.of(), store.containers());
    store.create(image, with("good")).close();
    store.volumes().remove("bad");
  }

  @Test
  void row91NamesAreParsed() {
    for (String bad :
        List.of("", ".", "..", "../x", "a/b", "A", "-a", "a b", "a\0", "a".repeat(300), "ä")) {
      assertThrows(IllegalArgumentException.class, () -> store.volumes().create(bad), bad);
      assertThrows(NotFoundException.class, () -> store.volumes().get(bad), bad);
      assertThrows(NotFoundException.class, () -> store.volumes().remove(bad), bad);
      assertThrows(IllegalArgumentException.class, () -> store.create(image, with(bad)), bad);
    }
  }

  @Test
  void mountsAreParsed() {
    assertEquals("/a/b", VolumeMount.named("x", "/a/./c/../b/").target());
    for (String bad : List.of("a", "", "/", "/..", "/../..", "/a\0")) {
      assertThrows(IllegalArgumentException.class, () -> VolumeMount.named("x", bad), bad);
    }
    VolumeMount mount = VolumeMount.named("x", "/a");
    for (String bad : List.of("", "/a", "..", "a/../..", ".", "a/..")) {
      assertThrows(IllegalArgumentException.class, () -> mount.at(bad), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> VolumeMount.tmpfs("/a", 0));
    ContainerOptions twice =
        ContainerOptions.builder().volume("x", "/a").volume("y", "/a/").build();
    assertThrows(IllegalArgumentException.class, () -> store.create(image, twice));
  }

  @Test
  void memoryIsEmptyEachTimeAndLimited() throws IOException {
    ContainerOptions options =
        ContainerOptions.builder().name("web").tmpfs("/run/secrets", 8192).build();
    try (Container web = store.create(image, options)) {
      Path secret = web.root().resolve("run/secrets/key");
      Files.write(secret, new byte[8192]);
      assertThrows(
          IOException.class, () -> Files.write(secret.resolveSibling("more"), new byte[1]));
      assertEquals(
          01777,
          (Integer) Files.getAttribute(web.root().resolve("run/secrets"), "unix:mode") & 07777);
    }
    try (Container web = store.open("web")) {
      assertFalse(Files.exists(web.root().resolve("run/secrets/key")));
    }
  }

  @Test
  void whatIsInMemoryIsOnNoDisk() throws IOException {
    byte[] canary = "canary-of-a-secret-6f1d".getBytes(StandardCharsets.US_ASCII);
    ContainerOptions options =
        ContainerOptions.builder().tmpfs("/run/secrets", 1 << 20).build();
    try (Container container = store.create(image, options)) {
      Files.write(container.root().resolve("run/secrets/key"), canary);
      Files.write(container.root().resolve("run/control"), canary);
      container.posix().sync();
      assertEquals(List.of("control"), filesWith(store.directory(), canary));
    }
  }

  private static List<String> filesWith(Path directory, byte[] content) throws IOException {
    String wanted = new String(content, StandardCharsets.ISO_8859_1);
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (text.contains(wanted)) {
          found.add(file.getFileName().toString());
        }
      }
    }
    return found;
  }

  @Test
  void partOfAVolumeIsMounted() throws IOException {
    try (Rootfs root = store.volumes().create("one").open()) {
      Files.createDirectories(root.root().resolve("a/b"));
      Files.writeString(root.root().resolve("a/b/file"), "deep");
      Files.createSymbolicLink(root.root().resolve("out"), root.root().resolve("/../a"));
    }
    VolumeMount whole = VolumeMount.named("one", "/data");
    ContainerOptions options = ContainerOptions.builder()
        .volume(whole.at("a/b"))
        .volume(VolumeMount.named("one", "/opt/file").at("a/b/file"))
        .volume(VolumeMount.named("one", "/opt/linked").at("out"))
        .build();
    try (Container container = store.create(image, options)) {
      assertEquals("deep", Files.readString(container.root().resolve("data/file")));
      assertEquals("deep", Files.readString(container.root().resolve("opt/file")));
      assertEquals("deep", Files.readString(container.root().resolve("opt/linked/b/file")));
    }
    ContainerOptions missing =
        ContainerOptions.builder().volume(whole.at("none")).build();
    assertThrows(IOException.class, () -> store.create(image, missing));
    assertEquals(1, store.containers().size());
  }

  @Test
  void closedStoreRefuses() throws IOException {
    Volumes volumes = store.volumes();
    Rootfs open = volumes.create("one").open();
    Path file = open.root().resolve("x");
    store.close();
    assertThrows(IllegalStateException.class, volumes::list);
    assertThrows(ClosedFileSystemException.class, () -> Files.createFile(file));
    open.close();
  }
}
