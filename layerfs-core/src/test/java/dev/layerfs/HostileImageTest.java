package dev.layerfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that lie about themselves or want to be more, at the front door; the numbers are rows of the catalogue of attacks. */
final class HostileImageTest {
  /** What a store, an upper, a work directory, a layout and a portable upper have; what Windows reserves. */
  private static final List<String> NAMES = List.of(
      "oci-layout",
      "index.json",
      "container.json",
      "layer.erofs",
      "upper",
      "work",
      "#1",
      "%2e",
      "%",
      "+",
      "~",
      "overlay",
      "user.overlay.opaque",
      "con",
      "NUL.txt",
      "lpt1",
      "c:x",
      "a\\b",
      "dot.",
      "space ",
      "*?<>|\"");

  @TempDir
  Path temporary;

  private LayerStore store;
  private int layouts;

  @BeforeEach
  void open() throws IOException {
    store = LayerStore.open(temporary.resolve("store"));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Image load(String name, TestImage image, LoadOptions options) throws IOException {
    return load(store, name, image, options);
  }

  private Image load(LayerStore into, String name, TestImage image, LoadOptions options)
      throws IOException {
    Path layout = temporary.resolve("layout" + layouts++);
    return into.load(new TestLayout().image(name, image).write(layout), options).get(0);
  }

  private static String read(Image image, String name) throws IOException {
    try (Rootfs root = image.open()) {
      return Files.readString(root.root().resolve(name));
    }
  }

  @Test
  void row34And120NamesOfOursAndOfWindowsAreOrdinaryNames() throws IOException {
    keepNames(store, "on-disk");
    try (LayerStore memory = LayerStore.inMemory()) {
      keepNames(memory, "in-memory");
    }
    try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows());
        LayerStore there = LayerStore.open(windows.getPath("C:\\store"))) {
      keepNames(there, "windows");
    }
  }

  private void keepNames(LayerStore into, String name) throws IOException {
    TarBuilder layer = new TarBuilder();
    NAMES.forEach(each -> layer.file("of-image/" + each, each));
    Image image = load(into, name, new TestImage().layer(layer), LoadOptions.DEFAULT);
    String id;
    try (Container container = into.create(image)) {
      id = container.info().id();
      Path mine = Files.createDirectory(container.root().resolve("mine"));
      for (String each : NAMES) {
        Files.writeString(mine.resolve(each), each);
        Files.writeString(container.root().resolve("of-image").resolve(each), each + each);
        Files.createDirectory(container.root().resolve(each));
      }
    }
    try (Container container = into.open(id)) {
      for (String each : NAMES) {
        Path root = container.root();
        assertEquals(each, Files.readString(root.resolve("mine").resolve(each)));
        assertEquals(each + each, Files.readString(root.resolve("of-image").resolve(each)));
        assertTrue(Files.isDirectory(root.resolve(each)), each);
      }
      try (Stream<Path> top = Files.list(container.root())) {
        assertEquals(NAMES.size() + 2, top.count());
      }
    }
    assertEquals(List.of(), into.maintenance().check(CheckOptions.DEFAULT).findings());
  }

  /** Only what was computed here names a layer: neither annotations nor tables of contents count. */
  @Test
  void row65And66NobodyElsesDigestsCount() throws IOException {
    byte[] good = new TarBuilder().file("f", "good").build();
    byte[] evil = new TarBuilder().file("f", "evil").build();
    Image first = load("first", new TestImage().layer(good), LoadOptions.DEFAULT);
    byte[] blob = TarBuilder.gzip(evil);
    Descriptor lying = Descriptor.ofContent(MediaType.OCI_LAYER_GZIP, blob)
        .withAnnotations(Map.of(
            "containerd.io/uncompressed", Digest.sha256(good).toString(),
            "containerd.io/snapshot/stargz/toc.digest", Digest.sha256(good).toString(),
            "io.github.containers.zstd-chunked.manifest-checksum",
                Digest.sha256(good).toString()));
    TestImage annotated = new TestImage().layer(lying, blob, Digest.sha256(evil));
    assertEquals("evil", read(load("second", annotated, LoadOptions.DEFAULT), "f"));
    assertEquals("good", read(first, "f"));
    TestImage liar = new TestImage().layer(lying, blob, Digest.sha256(good));
    assertThrows(DigestMismatchException.class, () -> load("third", liar, LoadOptions.DEFAULT));
    assertEquals(2, store.images().size());
  }

  @Test
  void row69NamesInArchivesTakeNothingAway() throws IOException {
    TestImage good = new TestImage().layer(new TarBuilder().file("f", "good"));
    TestImage evil = new TestImage().layer(new TarBuilder().file("f", "evil"));
    load("debian:12", good, LoadOptions.DEFAULT);
    assertEquals(List.of(), load("debian:12", evil, LoadOptions.DEFAULT).names());
    assertEquals("good", read(store.image("debian:12"), "f"));
    load("debian:12", evil, LoadOptions.builder().overwriteNames().build());
    assertEquals("evil", read(store.image("debian:12"), "f"));
  }

  @Test
  void row91IdsAreNoPaths() throws IOException {
    Image image =
        load("x", new TestImage().layer(new TarBuilder().file("f", "")), LoadOptions.DEFAULT);
    Path canary =
        Files.writeString(Files.createDirectory(temporary.resolve("c")).resolve("f"), "x");
    store.create(image, ContainerOptions.builder().name("web").build()).close();
    for (String id : List.of(
        "../c",
        "../../c",
        "../../../c",
        "a/b",
        "",
        ".",
        "..",
        "web/../web",
        "x".repeat(300),
        "A\n",
        canary.getParent().toString())) {
      assertThrows(NotFoundException.class, () -> store.open(id), id);
      assertThrows(NotFoundException.class, () -> store.container(id), id);
      assertThrows(NotFoundException.class, () -> store.removeContainer(id), id);
      assertThrows(NotFoundException.class, () -> store.reset(id), id);
      ContainerOptions named = ContainerOptions.builder().name(id).build();
      assertThrows(IllegalArgumentException.class, () -> store.create(image, named), id);
    }
    assertEquals("x", Files.readString(canary));
    assertEquals(1, store.containers().size());
  }

  @Test
  void row110LabelsAreText() throws IOException {
    Image image =
        load("x", new TestImage().layer(new TarBuilder().file("f", "x")), LoadOptions.DEFAULT);
    Map<String, String> labels = Map.of(
        "containerd.io/snapshot/bind", "/etc/passwd",
        "io.layerfs.volume", "../../..",
        "org.opencontainers.image.base.name", "$(touch /tmp/x)\n");
    try (Container container = store.create(image)) {
      container.commit(
          "labelled",
          CommitOptions.builder()
              .config(config -> labels.forEach(config::label))
              .build());
    }
    Image labelled = store.image("labelled");
    assertEquals(labels, labelled.config().labels());
    try (Container container = store.create(labelled)) {
      assertEquals(List.of(), container.info().volumes());
      assertEquals(Map.of(), container.info().labels());
      try (Stream<Path> top = Files.list(container.root())) {
        assertEquals(List.of("/f"), top.map(Path::toString).toList());
      }
    }
    assertFalse(new String(Files.readAllBytes(temporary.resolve("store/index.json")), UTF_8)
        .contains("touch"));
  }
}
