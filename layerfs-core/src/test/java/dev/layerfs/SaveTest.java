package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved is what was loaded. */
final class SaveTest {
  private static final String NAME = "docker.io/library/a:1";

  @TempDir
  private Path temporary;

  private LayerStore store;

  @BeforeEach
  void load() throws IOException {
    store = LayerStore.inMemory();
    TarBuilder shared = new TarBuilder().directory("etc/").file("etc/motd", "hello");
    TestImage a = new TestImage().layer(shared);
    TestImage b = new TestImage()
        .layer(MediaType.OCI_LAYER, shared.build(), Digest.sha256(shared.build()))
        .layer(new TarBuilder().file("b", "b"));
    TestLayout layout = new TestLayout().image("a:1", a).image("b:1", b);
    store.load(layout.write(temporary.resolve("layout")));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private byte[] saved(SaveFormat format, String... references) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.save(List.of(references), format, out);
    return out.toByteArray();
  }

  private static List<Image> loaded(LayerStore other, byte[] archive) throws IOException {
    return other.load(
        new ByteArrayInputStream(archive), LoadOptions.builder().allPlatforms().build());
  }

  @Test
  void row47TheDigestOfALoadedImageDoesNotChange() throws IOException {
    byte[] archive = saved(SaveFormat.OCI_ARCHIVE, "a:1", "b:1");
    try (LayerStore other = LayerStore.inMemory()) {
      List<Image> images = loaded(other, archive);
      assertEquals(
          List.of(store.image("a:1").digest(), store.image("b:1").digest()),
          images.stream().map(Image::digest).toList());
      assertEquals(List.of(NAME), images.get(0).names());
    }
    assertArrayEquals(archive, saved(SaveFormat.OCI_ARCHIVE, "a:1", "b:1"));
  }

  @Test
  void aLayoutHasWhatTheArchiveHas() throws IOException {
    Path layout = temporary.resolve("saved");
    store.save(
        List.of("a:1", store.image("b:1").digest().toString()), SaveFormat.OCI_LAYOUT, layout);
    try (LayerStore other = LayerStore.open(layout)) { // a store is a layout, and the reverse
      assertEquals(store.image("a:1").digest(), other.image("a:1").digest());
      assertEquals(
          List.of(), other.image(store.image("b:1").digest().toString()).names());
    }
    assertThrows(
        DirectoryNotEmptyException.class,
        () -> store.save(List.of("a:1"), SaveFormat.OCI_LAYOUT, layout));
  }

  @Test
  void aDockerArchiveHasTheSameLayers() throws IOException {
    store.tag("b:1", "other:2");
    byte[] archive = saved(SaveFormat.DOCKER_ARCHIVE, "a:1", "b:1", "other:2");
    assertArrayEquals(archive, saved(SaveFormat.DOCKER_ARCHIVE, "a:1", "b:1", "other:2"));
    try (LayerStore other = LayerStore.inMemory()) {
      List<Image> images = loaded(other, archive);
      assertEquals(2, images.size());
      for (String name : List.of("a:1", "b:1")) {
        assertArrayEquals(
            store.image(name).config().bytes(), other.image(name).config().bytes());
      }
      assertEquals(
          List.of("docker.io/library/b:1", "docker.io/library/other:2"),
          images.get(1).names());
      assertEquals(
          2, other.maintenance().usage().layers(), "the layer that both have is there once");
    }
  }

  private Path record(DiffId layer) {
    return store
        .directory()
        .resolve("layerfs/layers")
        .resolve(layer.digest().encoded())
        .resolve("layer.json");
  }

  /** Records that an earlier version has written don't have the lengths of tars, and those that are lost have nothing. */
  @Test
  void aDockerArchiveIsTheSameWithoutRecords() throws IOException {
    byte[] archive = saved(SaveFormat.DOCKER_ARCHIVE, "a:1", "b:1");
    for (DiffId layer : store.image("b:1").config().diffIds()) {
      Files.delete(record(layer));
    }
    assertArrayEquals(archive, saved(SaveFormat.DOCKER_ARCHIVE, "a:1", "b:1"));
  }

  @Test
  void recordsHaveTheLengthsOfTars() throws IOException {
    byte[] uncompressed =
        new TarBuilder().directory("etc/").file("etc/motd", "hello").build();
    byte[] compressed = new TarBuilder().file("b", "b").build();
    for (byte[] tar : List.of(uncompressed, compressed)) {
      String record = Files.readString(record(new DiffId(Digest.sha256(tar))));
      assertTrue(record.contains("\"tarBytes\":" + tar.length + ","), record);
    }
    try (Container container = store.create(store.image("b:1"))) {
      Files.writeString(container.root().resolve("c"), "c");
      container.commit("c:1");
    }
    List<DiffId> layers = store.image("c:1").config().diffIds();
    String record = Files.readString(record(layers.get(2)));
    assertTrue(record.contains("\"tarBytes\":" + layer("c:1", 2).length + ","), record);
  }

  private byte[] layer(String image, int number) throws IOException {
    Digest blob = store.image(image).manifest().layers().get(number).digest();
    Path file = store.directory().resolve("blobs/sha256").resolve(blob.encoded());
    try (InputStream plain = new GZIPInputStream(Files.newInputStream(file))) {
      return plain.readAllBytes();
    }
  }

  @Test
  void anIndexIsSavedWithAllItsPlatforms() throws IOException {
    TestImage arm = new TestImage().architecture("arm64").layer(new TarBuilder().file("arm", "x"));
    TestImage amd = new TestImage().layer(new TarBuilder().file("amd", "x"));
    Index index = Index.empty()
        .withManifests(List.of(
            amd.manifest().descriptor().withPlatform(Platform.of("linux", "amd64")),
            arm.manifest().descriptor().withPlatform(Platform.of("linux", "arm64"))));
    Path source = new TestLayout().index("multi:1", index, amd, arm).write(temporary.resolve("m"));
    store.load(source, LoadOptions.builder().allPlatforms().build());
    try (LayerStore other = LayerStore.inMemory()) {
      List<Image> images = loaded(other, saved(SaveFormat.OCI_ARCHIVE, "multi:1"));
      List<Digest> digests = new ArrayList<>(images.stream().map(Image::digest).toList());
      assertEquals(
          List.of(
              amd.manifest().descriptor().digest(), arm.manifest().descriptor().digest()),
          digests);
    }
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    assertThrows(NotFoundException.class, () -> saved(SaveFormat.OCI_ARCHIVE, "none:1"));
    assertThrows(IllegalArgumentException.class, () -> saved(SaveFormat.OCI_LAYOUT, "a:1"));
    Digest layer = store.image("a:1").manifest().layers().get(0).digest();
    Files.delete(store.directory().resolve("blobs/sha256").resolve(layer.encoded()));
    assertThrows(StoreCorruptException.class, () -> saved(SaveFormat.OCI_ARCHIVE, "a:1"));
    assertThrows(StoreCorruptException.class, () -> saved(SaveFormat.DOCKER_ARCHIVE, "a:1"));
  }

  @Test
  void anExportIsTheWholeTree() throws IOException {
    try (Container container = store.create(store.image("b:1"))) {
      new RandomChangesOfTree(container.posix(), 5).run(80);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      container.export(out);
      TestImage flat = new TestImage().layer(out.toByteArray());
      store.load(new TestLayout().image("flat:1", flat).write(temporary.resolve("flat")));
      try (Rootfs rootfs = store.image("flat:1").open()) {
        assertEquals(TreeDump.of(container.posix()), TreeDump.of(rootfs.posix()));
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        rootfs.export(again);
        assertArrayEquals(out.toByteArray(), again.toByteArray());
      }
    }
  }

  @Test
  void aFileStaysIfThereIsNothingToSave() throws IOException {
    Path file = Files.writeString(temporary.resolve("kept.tar"), "kept");
    assertThrows(
        NotFoundException.class,
        () -> store.save(List.of("a:1", "none:1"), SaveFormat.OCI_ARCHIVE, file));
    assertEquals("kept", Files.readString(file));
  }

  @Test
  void anArchiveReplacesAFile() throws IOException {
    Path file = Files.write(temporary.resolve("file"), new byte[1 << 20]);
    store.save(List.of("a:1"), SaveFormat.OCI_ARCHIVE, file);
    assertArrayEquals(saved(SaveFormat.OCI_ARCHIVE, "a:1"), Files.readAllBytes(file));
  }
}
