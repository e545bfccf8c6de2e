package dev.layerfs.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker archives of the shapes that tools write, and of those that attackers would. */
final class DockerArchiveTest {
  private static final TestImage ONE = TestImage.of("one");
  private static final TestImage TWO = TestImage.of("two");

  private final FileSystem fs = Jimfs.newFileSystem(Configuration.unix());
  private final Path scratch = fs.getPath("/scratch");

  @BeforeEach
  void makeScratch() throws IOException {
    Files.createDirectory(scratch);
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private ImageSource open(TarBuilder tar) throws IOException {
    return ImageSource.open(
        new ByteArrayInputStream(tar.build()), Limits.DEFAULT, TestSpool.in(scratch));
  }

  private static String image(String config, String tags, String... layers) {
    return "{\"Config\":\"" + config + "\",\"RepoTags\":" + tags + ",\"Layers\":[\""
        + String.join("\",\"", layers) + "\"]}";
  }

  private static TarBuilder archive(String... images) {
    return new TarBuilder().file("manifest.json", "[" + String.join(",", images) + "]");
  }

  private static Manifest manifest(ImageSource source, Offer offer) throws IOException {
    return Manifest.parse(
        offer.descriptor(), TestImage.read(source, offer.descriptor()), Limits.DEFAULT);
  }

  @Test
  void makesTheSameManifestWhateverTheShape() throws IOException {
    String old = "0123/layer.tar";
    TarBuilder first =
        archive(image("c.json", "[\"x:1\"]", old)).file("c.json", ONE.config).file(old, ONE.layer);
    TarBuilder second = new TarBuilder()
        .file("./abc.tar", ONE.layer)
        .file("sha256:c", ONE.config)
        .file("./manifest.json", "[" + image("./sha256:c", "null", "abc.tar") + "]");
    for (TarBuilder tar : List.of(first, second)) {
      try (ImageSource source = open(tar)) {
        Offer offer = source.offers().get(0);
        assertEquals(ONE.descriptor(), offer.descriptor());
        Manifest manifest = manifest(source, offer);
        assertArrayEquals(ONE.layer, TestImage.read(source, manifest.layers().get(0)));
        byte[] config = TestImage.read(source, manifest.config());
        assertEquals(
            "amd64",
            ImageConfig.parse(manifest, config, Limits.DEFAULT).platform().architecture());
      }
    }
  }

  @Test
  void offersSeveralImagesAndNames() throws IOException {
    TarBuilder tar = archive(
            image("1.json", "[\"a:1\",\"b:2\"]", "1.tar"),
            image("2.json", "null", "2.tar"),
            image("1.json", "[\"c\",\"a:1\"]", "1.tar"))
        .file("1.json", ONE.config)
        .file("2.json", TWO.config)
        .file("1.tar", ONE.layer)
        .file("2.tar", TWO.layer);
    try (ImageSource source = open(tar)) {
      assertEquals(
          List.of(
              new Offer(ONE.descriptor(), List.of("a:1", "b:2", "c")),
              new Offer(TWO.descriptor(), List.of())),
          source.offers());
    }
  }

  @Test
  void typesLayersByTheirContent() throws IOException {
    byte[] gzip = TarBuilder.gzip(ONE.layer);
    byte[] zstd = Zstd.compress(ONE.layer);
    TarBuilder tar = archive(image("c", "[]", "a", "b", "c.tar"))
        .file("c", configOf(3))
        .file("a", ONE.layer)
        .file("b", gzip)
        .file("c.tar", zstd);
    try (ImageSource source = open(tar)) {
      List<Descriptor> layers = manifest(source, source.offers().get(0)).layers();
      assertEquals(
          List.of(
              Descriptor.ofContent(MediaType.OCI_LAYER, ONE.layer),
              Descriptor.ofContent(MediaType.OCI_LAYER_GZIP, gzip),
              Descriptor.ofContent(MediaType.OCI_LAYER_ZSTD, zstd)),
          layers);
      assertArrayEquals(zstd, TestImage.read(source, layers.get(2)));
    }
  }

  /** The config of an image that has the first image's layer several times. */
  private static byte[] configOf(int layers) {
    byte[][] all = new byte[layers][];
    Arrays.fill(all, ONE.layer);
    return TestImage.config(Platform.of("linux", "amd64"), all);
  }

  @Test
  void unpacksLayersThatOciHasNoTypeFor() throws Exception {
    for (String name : List.of(CompressorStreamFactory.XZ, CompressorStreamFactory.BZIP2)) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (OutputStream out =
          new CompressorStreamFactory().createCompressorOutputStream(name, compressed)) {
        out.write(ONE.layer);
      }
      TarBuilder tar =
          archive(image("c", "[]", "l")).file("c", ONE.config).file("l", compressed.toByteArray());
      try (ImageSource source = open(tar)) {
        assertEquals(ONE.descriptor(), source.offers().get(0).descriptor(), name);
        assertArrayEquals(
            ONE.layer, TestImage.read(source, ONE.manifest.layers().get(0)), name);
      }
    }
    byte[] damaged = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1, 2};
    TarBuilder tar = archive(image("c", "[]", "l")).file("c", ONE.config).file("l", damaged);
    assertThrows(MalformedImageException.class, () -> open(tar));
  }

  /** The content of layers is passed over, not read, when the archive is opened: its end must be looked for. */
  @Test
  void refusesAnArchiveThatEndsWithinALayer(@TempDir Path temporary) throws IOException {
    byte[] layer = new TarBuilder().file("big", new byte[1 << 20]).build();
    byte[] whole = archive(image("c", "[]", "l"))
        .file("c", TestImage.config(Platform.of("linux", "amd64"), layer))
        .file("l", layer)
        .build();
    int end = whole.length - 2 * TarBuilder.BLOCK;
    for (Path directory : List.of(scratch, temporary)) {
      Path file = directory.resolve("archive.tar");
      Files.write(file, whole);
      try (ImageSource source = ImageSource.open(file, Limits.DEFAULT, TestSpool.in(scratch))) {
        Descriptor found = manifest(source, source.offers().get(0)).layers().get(0);
        assertEquals(Descriptor.ofContent(MediaType.OCI_LAYER, layer), found);
        assertArrayEquals(layer, TestImage.read(source, found));
      }
      for (int length : List.of(end - 1, end - layer.length / 2, end - layer.length + 1)) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThrows(
            MalformedImageException.class,
            () -> ImageSource.open(file, Limits.DEFAULT, TestSpool.in(scratch)),
            length + " bytes in " + directory);
      }
    }
  }

  @Test
  void wantsOneDiffIdForEachLayer() {
    for (int diffIds : List.of(0, 1, 3)) {
      TarBuilder tar =
          archive(image("c", "[]", "l", "l")).file("c", configOf(diffIds)).file("l", ONE.layer);
      assertThrows(MalformedImageException.class, () -> open(tar), diffIds + " diff_ids");
    }
  }

  @Test
  void followsLinksWithinTheArchive() throws IOException {
    TarBuilder tar = archive(image("c", "[]", "2/layer.tar", "3/layer.tar"))
        .file("c", configOf(2))
        .file("1/layer.tar", ONE.layer)
        .symlink("2/layer.tar", "../3/./layer.tar")
        .symlink("3/layer.tar", "../1/layer.tar");
    try (ImageSource source = open(tar)) {
      Descriptor layer = ONE.manifest.layers().get(0);
      assertEquals(
          List.of(layer, layer), manifest(source, source.offers().get(0)).layers());
    }
    TarBuilder hardLinks = archive(image("c", "[]", "2.tar"))
        .file("c", ONE.config)
        .file("./1.tar", ONE.layer)
        .hardLink("2.tar", "1.tar");
    try (ImageSource source = open(hardLinks)) {
      assertEquals(ONE.descriptor(), source.offers().get(0).descriptor());
    }
  }

  @Test
  void row70RefusesLinksElsewhere() {
    for (String target : List.of(
        "/etc/passwd", "../../etc/passwd", "../x/layer.tar", "..", "../2/layer.tar", "../1")) {
      TarBuilder tar = archive(image("c", "[]", "2/layer.tar"))
          .file("c", ONE.config)
          .file("1/layer.tar", ONE.layer)
          .symlink("2/layer.tar", target);
      assertThrows(MalformedImageException.class, () -> open(tar), target);
    }
    for (String target : List.of("/etc/passwd", "later", "./none")) {
      TarBuilder tar = archive(image("c", "[]", "l"))
          .file("c", ONE.config)
          .hardLink("l", target)
          .file("later", ONE.layer);
      assertThrows(MalformedImageException.class, () -> open(tar), target);
    }
  }

  @Test
  void neverFollowsALinkInsteadOfItsList() {
    TarBuilder tar = new TarBuilder().file("real.json", "[]").symlink("manifest.json", "real.json");
    assertThrows(MalformedImageException.class, () -> open(tar));
  }

  @Test
  void refusesNamesThatLeadNowhere() {
    for (String name : List.of("../c", "none", "", "/etc/passwd", "directory", "fifo")) {
      TarBuilder asLayer = archive(image("c", "[]", name))
          .file("c", ONE.config)
          .directory("directory/")
          .fifo("fifo");
      assertThrows(MalformedImageException.class, () -> open(asLayer), name);
      TarBuilder asConfig = archive(image(name, "[]", "l"))
          .file("l", ONE.layer)
          .directory("directory/")
          .fifo("fifo");
      assertThrows(MalformedImageException.class, () -> open(asConfig), name);
    }
  }

  @Test
  void refusesArchivesWithTwoViews() {
    TarBuilder twice = archive().file("./manifest.json", "[]");
    assertThrows(MalformedImageException.class, () -> open(twice));
    TarBuilder linkAndFile = archive().file("a", "").symlink("a", "b");
    assertThrows(MalformedImageException.class, () -> open(linkAndFile));
    TarBuilder parent = archive().file("a/../b", "");
    assertThrows(MalformedImageException.class, () -> open(parent));
  }

  @Test
  void readsTheSpellingOfJib() throws IOException {
    String jib = "{\"config\":\"c\",\"repoTags\":[\"x\"],\"layers\":[\"l\"]}";
    try (ImageSource source = open(archive(jib).file("c", ONE.config).file("l", ONE.layer))) {
      assertEquals(List.of(new Offer(ONE.descriptor(), List.of("x"))), source.offers());
    }
    String both = "{\"Config\":\"c\",\"config\":\"d\",\"Layers\":[]}";
    assertThrows(MalformedImageException.class, () -> open(archive(both).file("c", ONE.config)));
  }

  @Test
  void refusesMalformedLists() {
    for (String list : List.of(
        "null", "{}", "[null]", "[1]", "[{}]", "[{\"Config\":1}]", "[{\"Config\":null}]", "")) {
      TarBuilder tar =
          new TarBuilder().file("manifest.json", list.getBytes(StandardCharsets.UTF_8));
      assertThrows(MalformedImageException.class, () -> open(tar), list);
    }
  }

  @Test
  void keepsTheLimits() {
    Limits limits =
        Limits.DEFAULT.toBuilder().maxLayers(1).maxIndexEntries(1).maxEntries(5).build();
    byte[] layers = archive(image("c", "[]", "l", "l"))
        .file("c", ONE.config)
        .file("l", ONE.layer)
        .build();
    assertLimit("maxLayers", layers, limits);
    byte[] images = archive(image("c", "[]", "l"), image("c", "[]", "l")).build();
    assertLimit("maxIndexEntries", images, limits);
    byte[] files = archive()
        .file("1", "")
        .file("2", "")
        .file("3", "")
        .file("4", "")
        .file("5", "")
        .build();
    assertLimit("maxEntries", files, limits);
  }

  private void assertLimit(String limit, byte[] tar, Limits limits) {
    LimitExceededException e = assertThrows(
        LimitExceededException.class,
        () -> ImageSource.open(new ByteArrayInputStream(tar), limits, TestSpool.in(scratch)));
    assertEquals(limit, e.limit());
  }

  @Test
  void prefersTheLayoutUnlessItIsEmpty() throws IOException {
    String list = "[" + image("c", "[\"docker\"]", "l") + "]";
    for (boolean empty : List.of(true, false)) {
      var index = empty ? TestImage.index() : TestImage.index(TWO.named("oci"));
      TarBuilder tar = new TarBuilder()
          .file("manifest.json", list)
          .file("c", ONE.config)
          .file("l", ONE.layer)
          .file(ImageLayout.MARKER_FILE, ImageLayout.marker())
          .file(ImageLayout.INDEX_FILE, index.bytes());
      try (ImageSource source = open(tar)) {
        assertEquals(List.of(empty ? "docker" : "oci"), source.offers().get(0).names());
      }
    }
  }

  @Test
  void hasOnlyWhatItOffers() throws IOException {
    TarBuilder tar = archive(image("c", "[]", "l"))
        .file("c", ONE.config)
        .file("l", ONE.layer)
        .file("other", TWO.layer);
    try (ImageSource source = open(tar)) {
      Descriptor other = TWO.manifest.layers().get(0);
      assertThrows(NotFoundException.class, () -> source.open(other));
      Descriptor md5 = Descriptor.of(MediaType.OCI_LAYER, Digest.parseAny("md5:aa"), 1);
      assertThrows(UnsupportedImageException.class, () -> source.open(md5));
    }
  }
}
