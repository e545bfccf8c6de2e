package dev.layerfs.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and containers opened and found by URI, in stores on a disk and in memory. */
abstract class FileSystemByUriContract {
  private static final long SEED = System.nanoTime();

  @TempDir
  Path temporary;

  /** A directory for a store, with a name that URIs have to escape. */
  Path directory;

  private String base; // of complete URIs
  private String image;
  private String web;

  /** Makes an empty directory that has a URI. */
  abstract Path newDirectory() throws IOException;

  @BeforeEach
  void load() throws IOException {
    directory = newDirectory().resolve("a store!");
    base =
        "layerfs:" + directory.toUri().toString().replace("!", "%21").replaceAll("/$", "") + "!/";
    TarBuilder layer =
        new TarBuilder().directory("etc/").file("etc/motd", "hello").symlink("l", "etc");
    addNames(layer, SEED);
    TestImage files = new TestImage().layer(layer);
    Path layout = new TestLayout().image("debian:12", files).write(temporary.resolve("layout"));
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(layout);
      image = store.image("debian:12").digest().toString();
      ContainerOptions options = ContainerOptions.builder().name("web").build();
      try (Container container = store.create(store.image("debian:12"), options)) {
        web = container.info().id();
      }
    }
  }

  @AfterEach
  void nothingStaysOpen() throws IOException {
    try (LayerStore store = LayerStore.open(directory)) {
      store.open("web").close();
      store.removeContainer("web");
      store.remove("debian:12");
      assertEquals(0, store.maintenance().usage().layers());
    }
  }

  private static FileSystem open(String uri) throws IOException {
    return FileSystems.newFileSystem(URI.create(uri), Map.of());
  }

  @Test
  void everyPathIsFoundByItsUri() throws IOException {
    try (LayerStore store = LayerStore.open(directory);
        Container container = store.open("web");
        Rootfs one = store.image("debian:12").open();
        Rootfs two = store.image("debian:12").open()) {
      for (Rootfs rootfs : List.of(container, one, two)) {
        try (Stream<Path> files = Files.walk(rootfs.root())) {
          files.forEach(FileSystemByUriContract::assertFound);
        }
        assertFound(rootfs.root().getFileSystem().getPath("no/../such/"));
      }
      assertEquals(
          "layerfs://" + web + "/etc/motd",
          container.root().resolve("etc/motd").toUri().toString());
      assertNotEquals(one.root().toUri(), two.root().toUri());
    }
  }

  private static void assertFound(Path path) {
    URI uri = path.toUri();
    Path absolute = path.toAbsolutePath();
    assertEquals(absolute, Path.of(uri), () -> "seed " + SEED);
    assertEquals(absolute, Path.of(URI.create(uri.toString())));
    assertSame(path.getFileSystem(), FileSystems.getFileSystem(uri));
    assertSame(path.getFileSystem().provider(), Path.of(uri).getFileSystem().provider());
  }

  /** Every byte that a name can hold, what URIs give a meaning, and random bytes. */
  private static void addNames(TarBuilder layer, long seed) {
    for (int b = 1; b < 256; b++) {
      if (b != '/') {
        layer.file(Name.decode(new byte[] {'n', (byte) b}), "");
      }
    }
    for (String name : List.of("a!", "b:c", "%41", "q?x#y", " ", "+", "~2", "\u00e9", "\u65e5")) {
      layer.directory(name + "!/").file(name + "!/" + name, "");
    }
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] name = new byte[5 + random.nextInt(90)];
      for (int j = 0; j < name.length; j++) {
        int b = 1 + random.nextInt(255);
        name[j] = (byte) (b == '/' ? 0xFF : b);
      }
      layer.file(Name.decode(name), "");
    }
  }

  @Test
  void anImageIsOpenedReadOnly() throws IOException {
    for (String name :
        List.of("debian:12", "docker.io/library/debian:12", image, image.substring(7, 20))) {
      String uri = base + name;
      try (FileSystem fileSystem = open(uri)) {
        Path motd = Path.of(URI.create(uri + "!/etc/motd"));
        assertSame(fileSystem, motd.getFileSystem());
        assertEquals(fileSystem.getPath("/etc/motd"), motd);
        assertEquals("hello", Files.readString(motd));
        assertEquals(motd, Path.of(motd.toUri()));
        assertTrue(fileSystem.isReadOnly());
        assertThrows(IOException.class, () -> Files.delete(motd));
      }
      assertThrows(
          FileSystemNotFoundException.class, () -> FileSystems.getFileSystem(URI.create(uri)));
    }
  }

  @Test
  void aContainerIsOpenedWritable() throws IOException {
    for (String name : List.of("web", web, web.substring(0, 11))) {
      Path motd;
      URI uri = URI.create(base + name);
      try (FileSystem fileSystem = FileSystems.newFileSystem(uri, Map.of())) {
        motd = fileSystem.getPath("etc/motd");
        Files.writeString(motd, name);
        assertSame(fileSystem, FileSystems.getFileSystem(URI.create("layerfs://" + web)));
        try (LayerStore store = LayerStore.open(directory)) {
          assertThrows(InUseException.class, () -> store.open("web"));
        }
      }
      assertThrows(ClosedFileSystemException.class, () -> Files.size(motd));
      assertThrows(FileSystemNotFoundException.class, () -> Path.of(motd.toUri()));
      assertThrows(FileSystemNotFoundException.class, () -> FileSystems.getFileSystem(uri));
      try (FileSystem again = FileSystems.newFileSystem(uri, Map.of())) {
        assertEquals(name, Files.readString(again.getPath("etc/motd")));
      }
    }
  }

  @Test
  void theEnvironmentNamesAStore() throws IOException {
    try (LayerStore store = LayerStore.open(directory)) {
      FileSystem image =
          FileSystems.newFileSystem(URI.create("layerfs://debian:12"), Map.of("store", store));
      assertEquals("hello", Files.readString(Path.of(URI.create("layerfs://debian:12/l/motd"))));
      image.close();
      assertEquals(1, store.images().size(), "the program's own store stays open");
      FileSystem left =
          FileSystems.newFileSystem(URI.create("layerfs://web/etc/motd"), Map.of("store", store));
      store.close();
      assertFalse(left.isOpen(), "it does not outlive its store");
      assertThrows(
          FileSystemNotFoundException.class,
          () -> FileSystems.getFileSystem(URI.create("layerfs://web")));
      assertThrows(
          IllegalStateException.class,
          () -> FileSystems.newFileSystem(URI.create("layerfs://web"), Map.of("store", store)));
    }
    URI saved;
    try (FileSystem fileSystem = FileSystems.newFileSystem(
        URI.create("layerfs://" + web + "/"), Map.of("store", directory))) {
      saved = Files.writeString(fileSystem.getPath("/new"), "x").toUri();
    }
    try (FileSystem fileSystem =
        FileSystems.newFileSystem(saved, Map.of("store", directory, "other", 1))) {
      assertEquals("x", Files.readString(Path.of(saved)));
      assertSame(fileSystem, Path.of(saved).getFileSystem());
    }
  }

  @Test
  void aFileSystemIsOpenedOnce() throws IOException {
    List<String> same = new ArrayList<>(List.of(
        base + "web", base + "web!/", base + "web!/etc", base.replace("%21!/", "%21/.!/") + "web"));
    try (FileSystem first = open(base + "web")) {
      for (String uri : same) {
        assertThrows(FileSystemAlreadyExistsException.class, () -> open(uri), uri);
        assertSame(first, FileSystems.getFileSystem(URI.create(uri)));
      }
      URI byId = URI.create("layerfs://" + web);
      assertThrows(
          FileSystemAlreadyExistsException.class,
          () -> FileSystems.newFileSystem(byId, Map.of("store", directory)));
      assertThrows(
          InUseException.class, () -> open(base + web), "by another name it is a container in use");
    }
    try (FileSystem one = open(base + "debian:12");
        FileSystem two = open(base + image)) {
      assertNotEquals(one.getPath("/"), two.getPath("/"));
      assertThrows(FileSystemAlreadyExistsException.class, () -> open(base + image));
    }
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException {
    for (String name : List.of(
        "debian:13",
        "no-such",
        "..",
        "../../etc",
        "%2e%2e",
        "a%0Ab",
        "WEB",
        "sha256:" + "0".repeat(64))) {
      NotFoundException e = assertThrows(NotFoundException.class, () -> open(base + name), name);
      assertFalse(e.getMessage().contains("\n"));
    }
    Path empty = Files.createDirectories(directory.resolveSibling("empty"));
    for (Path place : List.of(empty, empty.resolve("missing"), directory.resolve("oci-layout"))) {
      String uri = "layerfs:" + place.toUri() + "!/debian:12";
      assertThrows(NotFoundException.class, () -> open(uri), uri);
      assertThrows(
          NotFoundException.class,
          () ->
              FileSystems.newFileSystem(URI.create("layerfs://debian:12"), Map.of("store", place)));
      assertThrows(FileSystemNotFoundException.class, () -> Path.of(URI.create(uri)));
    }
    try (Stream<Path> made = Files.list(empty)) {
      assertEquals(0, made.count(), "looking for a store makes none");
    }
    assertThrows(FileSystemNotFoundException.class, () -> open("layerfs:nosuch:///store!/web"));
  }

  @Test
  void malformedUrisAndEnvironments() {
    for (String uri : List.of(
        "layerfs:web",
        "layerfs:a!/b",
        base,
        base + "!/etc",
        base + "web#x",
        "layerfs:///web",
        "layerfs://web?x")) {
      assertThrows(IllegalArgumentException.class, () -> open(uri), uri);
    }
    URI open = URI.create("layerfs://web");
    for (Object store : List.of(1, open)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> FileSystems.newFileSystem(open, Map.of("store", store)));
    }
    assertThrows(IllegalArgumentException.class, () -> FileSystems.newFileSystem(open, Map.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> FileSystems.newFileSystem(URI.create(base + "web"), Map.of("store", directory)));
  }

  @Test
  void anEphemeralContainerGoesWithItsFileSystem() throws IOException {
    try (LayerStore store = LayerStore.open(directory)) {
      Container container = store.create(
          store.image("debian:12"), ContainerOptions.builder().ephemeral().build());
      FileSystem fileSystem = FileSystems.getFileSystem(container.root().toUri());
      assertEquals(2, store.containers().size());
      fileSystem.close();
      assertEquals(1, store.containers().size());
      container.close();
    }
  }

  @Test
  void aStoreMayBeInAContainer() throws IOException {
    try (FileSystem outer = open(base + "web")) {
      Path inside = outer.getPath("/srv/store");
      Files.createDirectories(inside);
      try (LayerStore store = LayerStore.open(inside)) {
        store.load(temporary.resolve("layout"));
      }
      URI inner =
          URI.create("layerfs:" + inside.toUri().toString().replaceAll("/$", "") + "!/debian:12");
      try (FileSystem fileSystem = FileSystems.newFileSystem(inner, Map.of())) {
        assertEquals(
            "hello",
            new String(
                Files.readAllBytes(fileSystem.getPath("etc/motd")), StandardCharsets.US_ASCII));
      }
    }
  }
}
