package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Digest;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Stores that were damaged, left behind by the dead, or are not what they should be. */
final class StoreRecoveryTest {
  private static final String DEAD = "0123456789ab";
  private static final int DEEP_CHUNKS = 20;
  private static final int CHUNK_LEVELS = 100;

  @TempDir
  Path temporary;

  private Path directory;
  private Path own;
  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    directory = temporary.resolve("store");
    own = directory.resolve("layerfs");
    store = LayerStore.open(directory);
    load("one");
    load("two");
  }

  private Image load(String name) throws IOException {
    TestImage image =
        new TestImage().layer(new TarBuilder().directory("etc/").file("etc/motd", name));
    Path source = temporary.resolve("layout-" + name);
    return store.load(new TestLayout().image(name, image).write(source)).get(0);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void reopen() throws IOException {
    store.close();
    store = LayerStore.open(directory);
  }

  private String motd(String image) throws IOException {
    try (Rootfs root = store.image(image).open()) {
      return Files.readString(root.root().resolve("etc/motd"));
    }
  }

  private String createContainer(String name) throws IOException {
    ContainerOptions options = ContainerOptions.builder().name(name).build();
    try (Container container = store.create(store.image("one"), options)) {
      return container.info().id();
    }
  }

  /** Flips a bit of each byte in turn, and expects what uses the record to name the object. */
  private static void flipEach(Path record, String object, Executable use) throws IOException {
    byte[] good = Files.readAllBytes(record);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(record, bad);
      StoreCorruptException thrown =
          assertThrows(StoreCorruptException.class, use, "byte " + i + " of " + record);
      assertTrue(thrown.getMessage().contains(object), thrown.getMessage());
    }
  }

  @Test
  void row94DamagedContainerRecordDisablesThatContainerOnly() throws IOException {
    String bad = createContainer("bad");
    String good = createContainer("good");
    flipEach(
        own.resolve("containers").resolve(bad).resolve("container.json"),
        bad,
        () -> store.container(bad));
    assertThrows(StoreCorruptException.class, () -> store.open(bad));
    assertEquals(
        List.of(good), store.containers().stream().map(ContainerInfo::id).toList());
    store.open("good").close();
    createContainer("another");
    store.gc();
    assertEquals("two", motd("two"), "what it may need is kept");
    store.removeContainer(bad);
    store.gc();
    assertFalse(Files.exists(own.resolve("containers").resolve(bad)));
  }

  @Test
  void row94DamagedLayerRecordDisablesThatLayerOnly() throws IOException {
    Image image = store.image("one");
    String layer = image.layers().get(0).diffId().digest().encoded();
    flipEach(own.resolve("layers").resolve(layer).resolve("layer.json"), layer, image::layers);
    assertEquals(1, store.image("two").layers().size());
    assertEquals("two", motd("two"));
    assertEquals(1, load("one").layers().size(), "loading it again heals it");
  }

  @Test
  void whatADeadSessionLeftGoesWhenTheStoreIsOpened() throws IOException {
    Path staging = own.resolve("staging").resolve(DEAD);
    Files.createDirectories(staging.resolve("0/upper/a/b"));
    Files.writeString(staging.resolve("0/upper/a/b/c"), "left");
    Files.writeString(staging.resolve("1"), "left");
    Path lease = Files.createDirectory(own.resolve("leases").resolve(DEAD));
    Files.writeString(lease.resolve("use-2"), "half a rec");
    createContainer("kept");
    Path name = own.resolve("names/taken");
    Files.writeString(name, record("{\"record\":{\"container\":\"" + DEAD + "\"}"));
    Path garbage =
        directory.resolve("blobs/sha256").resolve(Digest.sha256(new byte[0]).encoded());
    Files.write(garbage, new byte[0]);
    reopen();
    assertFalse(Files.exists(staging));
    assertFalse(Files.exists(lease));
    assertFalse(Files.exists(garbage), "moved into place, but never named");
    assertFalse(Files.exists(name), "of a container that was not made any more");
    assertEquals(Optional.of("kept"), store.container("kept").name());
    assertEquals("one", motd("one"));
  }

  /** Everything of a container gets its place before anything is durable; power loss may leave a part. */
  @Test
  void whatIsLeftOfAContainerThatWasBeingMadeGoes() throws IOException {
    byte[] whole = Files.readAllBytes(
        own.resolve("containers").resolve(createContainer("whole")).resolve("container.json"));
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Path without = Files.createDirectory(own.resolve("containers/000000000001"));
    List<Path> unfinished = List.of(
        without,
        unfinished("000000000002", new byte[0]),
        unfinished("000000000003", Arrays.copyOf(whole, whole.length / 2)),
        unfinished("000000000004", new byte[whole.length]));
    Path damaged = unfinished("000000000005", flipped);
    Path written = unfinished("000000000006", Arrays.copyOf(whole, whole.length / 2));
    Files.createDirectory(written.resolve("upper"));
    Files.createDirectory(own.resolve("staging").resolve(DEAD));
    reopen();
    for (Path container : unfinished) {
      assertFalse(Files.exists(container), container.toString());
    }
    assertTrue(Files.exists(damaged), "it can be mended");
    assertTrue(Files.exists(written), "something was written to it");
    assertEquals(Optional.of("whole"), store.container("whole").name());
  }

  private Path unfinished(String id, byte[] record) throws IOException {
    Path container = Files.createDirectory(own.resolve("containers").resolve(id));
    Files.write(container.resolve("container.json"), record);
    return container;
  }

  @Test
  void newerVersionIsRefused() throws IOException {
    store.close();
    Path version = own.resolve("version.json");
    String known = Files.readString(version);
    String body = "{\"record\":{\"version\":%d}";
    assertEquals(record(body.formatted(1)), known);
    Files.writeString(version, record(body.formatted(3)));
    assertThrows(UnsupportedImageException.class, () -> LayerStore.open(directory));
    Files.writeString(version, known.replace('1', '2'));
    assertThrows(StoreCorruptException.class, () -> LayerStore.open(directory));
  }

  private static String record(String body) {
    String checksum = Digest.sha256(body.getBytes(StandardCharsets.UTF_8)).encoded();
    return body + ",\"sha256\":\"" + checksum + "\"}\n";
  }

  @Test
  void row92SymbolicLinkIsRefused() throws IOException {
    assumePosix();
    Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
    assertThrows(NotDirectoryException.class, () -> LayerStore.open(link));
    Path dangling = Files.createSymbolicLink(temporary.resolve("dangling"), Path.of("nowhere"));
    assertThrows(NotDirectoryException.class, () -> LayerStore.open(dangling));
    assertFalse(Files.exists(temporary.resolve("nowhere")));
  }

  @Test
  void row92DirectoryThatEverybodyCanWriteToIsRefused() throws IOException {
    assumePosix();
    store.close();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThrows(AccessDeniedException.class, () -> LayerStore.open(directory));
  }

  @Test
  void row92DirectoryOfSomebodyElseIsRefused() throws IOException {
    assumePosix();
    store.close();
    giveAway(directory);
    assertThrows(AccessDeniedException.class, () -> LayerStore.open(directory));
  }

  @Test
  void row92EachDirectoryOfAStoreIsLookedAt() throws IOException {
    assumePosix();
    store.close();
    List<Path> directories;
    try (Stream<Path> files = Files.walk(directory, 2)) {
      directories = files
          .filter(Files::isDirectory)
          .filter(each -> !each.equals(directory))
          .toList();
    }
    assertEquals(14, directories.size());
    for (Path each : directories) {
      requireRefused(NotDirectoryException.class, each, () -> {
        Path elsewhere = Files.move(each, temporary.resolve("elsewhere"));
        Files.createSymbolicLink(each, elsewhere);
      });
      Files.delete(each);
      Files.move(temporary.resolve("elsewhere"), each);
      requireRefused(
          AccessDeniedException.class,
          each,
          () -> Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx")));
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
    }
    LayerStore.open(directory).close();
    for (Path each : directories) {
      requireRefused(AccessDeniedException.class, each, () -> giveAway(each));
      Files.setOwner(each, Files.getOwner(temporary));
    }
  }

  private void requireRefused(
      Class<? extends IOException> refusal, Path changed, Executable change) {
    assertDoesNotThrow(change);
    IOException e = assertThrows(refusal, () -> LayerStore.open(directory).close());
    assertTrue(e.getMessage().contains(changed.toString()), e::getMessage);
  }

  private static void giveAway(Path file) throws IOException {
    int self = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    assumeTrue(self == 0, "only root can give files away");
    Files.setAttribute(file, "unix:uid", 65_534);
  }

  @Test
  void directoryIsItsOwnersOnly() throws IOException {
    assumePosix();
    assertEquals("rwx------", permissions(directory));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    reopen();
    assertEquals("rwx------", permissions(directory));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private void assumePosix() {
    assumeTrue(
        temporary.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "the host has no POSIX permissions");
  }

  @Test
  void missingOrDamagedTreeIsMadeAgain() throws IOException {
    Path tree = only(own.resolve("trees"), "one");
    byte[] whole = Files.readAllBytes(tree);
    byte[] noSuperblock = whole.clone();
    Arrays.fill(noSuperblock, 1024, 1024 + 128, (byte) 0);
    for (byte[] damaged : List.of(new byte[0], noSuperblock, Arrays.copyOf(whole, 4096))) {
      reopen();
      Files.delete(tree);
      assertEquals("one", motd("one"));
      assertArrayEquals(whole, Files.readAllBytes(tree));
      reopen();
      Files.write(tree, damaged);
      assertEquals("one", motd("one"));
      assertArrayEquals(whole, Files.readAllBytes(tree));
    }
  }

  /** The tree that goes when an image does; loading the image again makes the same. */
  private Path only(Path trees, String image) throws IOException {
    List<Path> all = list(trees);
    store.remove(image);
    List<Path> left = list(trees);
    load(image);
    return all.stream().filter(tree -> !left.contains(tree)).findFirst().orElseThrow();
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  @Test
  void missingLayerFileIsMadeAgainFromItsBlob() throws IOException {
    Path layer = own.resolve("layers")
        .resolve(store.image("one").layers().get(0).diffId().digest().encoded());
    byte[] before = Files.readAllBytes(layer.resolve("layer.erofs"));
    reopen();
    Files.delete(layer.resolve("layer.erofs"));
    assertEquals("one", motd("one"));
    assertEquals(
        Digest.sha256(before), Digest.sha256(Files.readAllBytes(layer.resolve("layer.erofs"))));
  }

  /** Deeper than any path may be long, so nothing that works by paths gets to the bottom. */
  @Test
  void row52DeepDirectoryIsRemovedWithItsContainer() throws IOException {
    String id = createContainer("deep");
    try (Container container = store.open(id)) {
      Files.createDirectory(container.root().resolve("made"));
    }
    Path chain = temporary.resolve("chain");
    for (int i = 0; i < DEEP_CHUNKS; i++) {
      Path chunk = temporary.resolve("chunk");
      Path bottom = chunk;
      for (int level = 0; level < CHUNK_LEVELS; level++) {
        bottom = bottom.resolve("directory");
      }
      Files.createDirectories(bottom);
      Files.writeString(bottom.resolve("file"), "x");
      if (i > 0) {
        Files.move(chain, bottom.resolve("next"));
      }
      Files.move(chunk, chain);
    }
    Path container = own.resolve("containers").resolve(id);
    Files.move(chain, container.resolve("upper").resolve("chain"));
    store.removeContainer(id);
    assertFalse(Files.exists(container));
    List<Path> sessions = list(own.resolve("staging"));
    assertEquals(1, sessions.size());
    assertEquals(List.of(), list(sessions.get(0)));
  }
}
