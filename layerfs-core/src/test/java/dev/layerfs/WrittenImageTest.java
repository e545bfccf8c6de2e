package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.MediaType.LayerCompression;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image specification wants of whoever writes an image, looked up in the bytes that were written. */
final class WrittenImageTest {
  private static final int BLOCK = 512;
  private static final int SIZE_FIELD = 124;
  private static final int TYPE_FIELD = 156;
  private static final int HOLE = 1 << 20;

  @TempDir
  private Path temporary;

  private LayerStore store;
  private Image image;

  /** A member of a tar. */
  private record Member(String name, char type, long size) {}

  @BeforeEach
  void commit() throws IOException {
    store = LayerStore.open(temporary.resolve("store"));
    TarBuilder tar = new TarBuilder()
        .directory("etc/")
        .file("etc/gone", "gone")
        .file("etc/motd", "hello")
        .directory("opt/")
        .file("opt/old", "old");
    store.load(new TestLayout()
        .image("base:1", new TestImage().layer(tar))
        .write(temporary.resolve("layout")));
    try (Container container = store.create(store.image("base:1"))) {
      Path root = container.root();
      Files.delete(root.resolve("etc/gone"));
      Files.writeString(root.resolve("etc/added"), "added");
      Files.delete(root.resolve("opt/old"));
      Files.delete(root.resolve("opt"));
      Files.createDirectory(root.resolve("opt"));
      Files.writeString(root.resolve("opt/new"), "new");
      try (FileChannel sparse = FileChannel.open(
          root.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        sparse.write(ByteBuffer.wrap(new byte[] {1}), HOLE - 1);
      }
      image = container.commit(
          "next:1",
          CommitOptions.builder()
              .compression(LayerCompression.NONE)
              .config(config -> config.label("k", ""))
              .build());
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private byte[] blob(Descriptor descriptor) throws IOException {
    return Files.readAllBytes(store.directory().resolve(ImageLayout.blobPath(descriptor.digest())));
  }

  private static JsonObject json(byte[] document) throws IOException {
    return new JsonReader(1 << 20, 32).readObject(document, "a document");
  }

  /** Reads a tar of short names; extended headers have fractions of times only. */
  private List<Member> members() throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    byte[] tar = blob(layers.get(layers.size() - 1));
    List<Member> members = new ArrayList<>();
    for (int at = 0; tar[at] != 0; ) {
      String name = text(tar, at, 100);
      long size = Long.parseLong(text(tar, at + SIZE_FIELD, 12).strip(), 8);
      if (tar[at + TYPE_FIELD] != 'x') {
        members.add(new Member(name, (char) tar[at + TYPE_FIELD], size));
      }
      at += BLOCK + (int) ((size + BLOCK - 1) / BLOCK * BLOCK);
    }
    return members;
  }

  private static String text(byte[] tar, int at, int length) {
    String field = new String(tar, at, length, StandardCharsets.UTF_8);
    int end = field.indexOf(0);
    return end < 0 ? field : field.substring(0, end);
  }

  private List<String> names() throws IOException {
    return members().stream().map(Member::name).toList();
  }

  @DisplayName("LAY-01, LAY-02: a layer is a tar in which each path is once")
  @Test
  void noPathIsTwiceInALayer() throws IOException {
    assertEquals(new HashSet<>(names()).size(), names().size(), names().toString());
  }

  @DisplayName("LAY-04: a file with holes is an ordinary one in the tar")
  @Test
  void noFileIsSparse() throws IOException {
    Member sparse = members().stream()
        .filter(member -> member.name().equals("sparse"))
        .findFirst()
        .orElseThrow();
    assertEquals(new Member("sparse", '0', HOLE), sparse);
  }

  @DisplayName("LAY-07, LAY-13, LAY-14: whiteouts, explicit and before their siblings")
  @Test
  void whiteoutsComeFirst() throws IOException {
    assertEquals(
        List.of(
            "./", "etc/", "etc/.wh.gone", "etc/added", "opt/", "opt/.wh.old", "opt/new", "sparse"),
        names());
  }

  @DisplayName(
      "MAN-03, MAN-04, MAN-12, MAN-21: a manifest says its type, and those of what it names are the usual ones")
  @Test
  void aManifestIsPortable() throws IOException {
    JsonObject manifest = json(image.manifest().bytes());
    assertEquals(MediaType.OCI_MANIFEST.value(), manifest.string("mediaType"));
    assertEquals(2, manifest.unsigned("schemaVersion"));
    assertEquals(MediaType.OCI_CONFIG, image.manifest().config().mediaType());
    assertEquals(
        List.of(MediaType.OCI_LAYER, MediaType.OCI_LAYER_GZIP),
        image.manifest().layers().stream()
            .map(Descriptor::mediaType)
            .sorted((a, b) -> a.value().compareTo(b.value()))
            .toList());
  }

  @DisplayName(
      "LAY-15, DSC-11, DSC-23, DSC-33: no layer is non-distributable, has urls or content in its descriptor")
  @Test
  void descriptorsSayNoMoreThanTheyHaveTo() {
    for (Descriptor layer : image.manifest().layers()) {
      assertFalse(layer.mediaType().isNonDistributable());
      assertEquals(List.of(), layer.urls());
      assertTrue(layer.data().isEmpty());
      assertEquals("sha256", layer.digest().algorithm());
    }
  }

  @DisplayName(
      "CFG-02, CFG-04, CFG-10, CFG-12, ANN-02: a config has platform, layers, and labels that may be empty")
  @Test
  void aConfigIsWhole() throws IOException {
    JsonObject config = json(blob(image.manifest().config()));
    assertEquals("amd64", config.string("architecture"));
    assertEquals("linux", config.string("os"));
    assertEquals("layers", config.object("rootfs").string("type"));
    assertEquals(Map.of("k", ""), config.object("config").stringMap("Labels"));
  }

  @DisplayName(
      "IDX-04, IDX-11, IDX-13, IDX-15, IDX-17, IDX-24: an index says its type and Go's names of platforms")
  @Test
  void anIndexIsPortable() throws IOException {
    Image arm = ImageBuilder.scratch(store, Platform.of("linux", "arm64"))
        .file("/a", new byte[1])
        .build("arm:1");
    Digest digest = store.index("both:1", List.of(image, arm));
    byte[] document = Files.readAllBytes(store.directory().resolve(ImageLayout.blobPath(digest)));
    assertEquals(MediaType.OCI_INDEX.value(), json(document).string("mediaType"));
    Descriptor described = Descriptor.ofContent(MediaType.OCI_INDEX, document);
    for (Descriptor entry : Index.parse(described, document, Limits.DEFAULT).manifests()) {
      assertEquals(MediaType.OCI_MANIFEST, entry.mediaType());
      Platform platform = entry.platform().orElseThrow();
      assertTrue(List.of("amd64", "arm64").contains(platform.architecture()));
      assertEquals("linux", platform.os());
    }
  }

  @DisplayName(
      "DSC-16, ANN-10: the list of images has their platforms, and names of the usual characters")
  @Test
  void theListOfImagesHasPlatformsAndNames() throws IOException {
    JsonObject list = json(Files.readAllBytes(store.directory().resolve("index.json")));
    JsonObject entry = list.objects("manifests").stream()
        .filter(each -> each.toString().contains(image.digest().toString()))
        .findFirst()
        .orElseThrow();
    assertEquals("linux", entry.object("platform").string("os"));
    String name = entry.object("annotations").string("org.opencontainers.image.ref.name");
    assertTrue(name.matches("[A-Za-z0-9]+([-._:@/+][A-Za-z0-9]+)*"), name);
  }

  @DisplayName(
      "ANN-07, ANN-11, ANN-15: what was said of the base is not said of what is made of it")
  @Test
  void annotationsOfTheBaseAreNotInherited() throws IOException {
    Manifest base = image.manifest();
    byte[] annotated = json(base.bytes())
        .with(
            "annotations",
            JsonObject.of(Map.of(
                "org.opencontainers.image.base.name", "docker.io/library/older:1",
                "org.opencontainers.image.base.digest", image.digest().toString(),
                "org.opencontainers.image.created", "2020-01-01T00:00:00Z")))
        .toBytes();
    Manifest derived = Manifest.parse(annotated, MediaType.OCI_MANIFEST, Limits.DEFAULT)
        .derive(base.config(), base.layers());
    assertEquals(Map.of(), derived.annotations());
    assertFalse(json(derived.bytes()).has("annotations"));
  }
}
