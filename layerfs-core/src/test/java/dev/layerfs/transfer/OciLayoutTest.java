package dev.layerfs.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Annotations;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** OCI layouts as directories and as archives of every compression, in memory. */
final class OciLayoutTest {
  private static final TestImage IMAGE = TestImage.of("one");

  private final FileSystem fs = Jimfs.newFileSystem(Configuration.unix());
  private final Path root = fs.getPath("/layout");
  private final Path scratch = fs.getPath("/scratch");

  @BeforeEach
  void makeLayout() throws IOException {
    Files.createDirectory(scratch);
    TestImage.writeLayout(root, TestImage.index(IMAGE.named("one")), IMAGE.blobs());
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private ImageSource open(Path path) throws IOException {
    return ImageSource.open(path, Limits.DEFAULT, TestSpool.in(scratch));
  }

  private void assertMalformed() {
    assertThrows(MalformedImageException.class, () -> open(root));
  }

  private static void assertHasImage(ImageSource source) throws IOException {
    assertEquals(List.of(new Offer(IMAGE.named("one"), List.of("one"))), source.offers());
    assertArrayEquals(IMAGE.manifest.bytes(), TestImage.read(source, IMAGE.descriptor()));
    assertArrayEquals(IMAGE.config, TestImage.read(source, IMAGE.manifest.config()));
    assertArrayEquals(
        IMAGE.layer, TestImage.read(source, IMAGE.manifest.layers().get(0)));
  }

  @Test
  @DisplayName(
      "OIL-01 OIL-06 OIL-07 OIL-08 OIL-12: index.json leads to blobs by digest, whatever is in them")
  void readsDirectory() throws IOException {
    try (ImageSource source = open(root)) {
      assertHasImage(source);
    }
  }

  @Test
  void followsALinkThatTheCallerNamed() throws IOException {
    Path link = Files.createSymbolicLink(fs.getPath("/link"), root);
    try (ImageSource source = open(link)) {
      assertHasImage(source);
    }
  }

  @Test
  @DisplayName("OIL-02 OIL-03 OIL-06: the marker, the index and blobs must exist")
  void wantsTheWholeLayout() throws IOException {
    Files.delete(root.resolve(ImageLayout.MARKER_FILE));
    assertMalformed();
    Files.write(root.resolve(ImageLayout.MARKER_FILE), ImageLayout.marker());
    Files.move(root.resolve("blobs"), root.resolve("moved"));
    assertMalformed();
    Files.move(root.resolve("moved"), root.resolve("blobs"));
    Files.delete(root.resolve(ImageLayout.INDEX_FILE));
    assertThrows(NotFoundException.class, () -> open(root));
  }

  @Test
  @DisplayName("OIL-04 OIL-05 OIL-07: the marker and the index are checked")
  void checksDocuments() throws IOException {
    Files.write(root.resolve(ImageLayout.MARKER_FILE), "{}".getBytes(StandardCharsets.US_ASCII));
    assertMalformed();
    Files.write(root.resolve(ImageLayout.MARKER_FILE), ImageLayout.marker());
    Files.write(root.resolve(ImageLayout.INDEX_FILE), IMAGE.manifest.bytes());
    assertMalformed();
    Files.write(
        root.resolve(ImageLayout.INDEX_FILE), new byte[Limits.DEFAULT.maxDocumentBytes() + 1]);
    assertThrows(LimitExceededException.class, () -> open(root));
  }

  @Test
  @DisplayName("OIL-11: a missing blob is reported as missing")
  void reportsMissingBlobs() throws IOException {
    try (ImageSource source = open(root)) {
      Descriptor absent = Descriptor.ofContent(MediaType.OCI_LAYER, new byte[1]);
      assertThrows(NotFoundException.class, () -> source.open(absent));
    }
  }

  @Test
  @DisplayName("DSC-19: nothing is fetched by a digest that can't be verified")
  void refusesUnverifiableDigests() throws IOException {
    Files.createDirectories(root.resolve("blobs/md5"));
    Files.write(root.resolve("blobs/md5/aa"), new byte[1]);
    try (ImageSource source = open(root)) {
      Descriptor md5 = Descriptor.of(MediaType.OCI_LAYER, Digest.parseAny("md5:aa"), 1);
      assertThrows(UnsupportedImageException.class, () -> source.open(md5));
    }
  }

  @Test
  void row70NeverFollowsLinksInTheLayout() throws IOException {
    Path blob = root.resolve(ImageLayout.blobPath(IMAGE.descriptor().digest()));
    Path outside = fs.getPath("/outside");
    Files.move(blob, outside);
    Files.createSymbolicLink(blob, outside);
    try (ImageSource source = open(root)) {
      assertThrows(NotFoundException.class, () -> source.open(IMAGE.descriptor()));
    }
    Files.move(root.resolve("blobs/sha256"), fs.getPath("/blobs"));
    Files.createSymbolicLink(root.resolve("blobs/sha256"), fs.getPath("/blobs"));
    try (ImageSource source = open(root)) {
      assertThrows(NotFoundException.class, () -> source.open(IMAGE.manifest.config()));
    }
    Files.move(root.resolve("blobs"), fs.getPath("/all"));
    Files.createSymbolicLink(root.resolve("blobs"), fs.getPath("/all"));
    assertMalformed();
  }

  @Test
  void neverFollowsALinkInsteadOfItsDocuments() throws IOException {
    for (String name : List.of(ImageLayout.INDEX_FILE, ImageLayout.MARKER_FILE)) {
      Path outside = fs.getPath("/outside-" + name);
      Files.move(root.resolve(name), outside);
      Files.createSymbolicLink(root.resolve(name), outside);
      assertThrows(IOException.class, () -> open(root));
    }
  }

  @Test
  @DisplayName(
      "OIL-13 OIL-14 IDX-12: entries of unknown types are no offers; names are the entries' annotations")
  void offersWhatItKnows() throws IOException {
    TestImage two = TestImage.of("two");
    Descriptor unknown = Descriptor.ofContent(MediaType.OCTET_STREAM, new byte[1]);
    Descriptor buildkit = two.descriptor()
        .withAnnotations(Map.of(
            Annotations.REF_NAME, "tag", Annotations.CONTAINERD_IMAGE_NAME, "e.com/two:tag"));
    Index index =
        TestImage.index(IMAGE.named("a"), unknown, buildkit, IMAGE.named("b"), IMAGE.named("a"));
    Files.write(root.resolve(ImageLayout.INDEX_FILE), index.bytes());
    try (ImageSource source = open(root)) {
      assertEquals(
          List.of(
              new Offer(IMAGE.named("a"), List.of("a", "b")),
              new Offer(buildkit, List.of("e.com/two:tag"))),
          source.offers());
    }
  }

  @Test
  @DisplayName("DSC-14: embedded data stands for the blob")
  void readsEmbeddedData() throws IOException {
    String index = new String(TestImage.index(IMAGE.descriptor()).bytes(), StandardCharsets.UTF_8);
    String data = Base64.getEncoder().encodeToString(IMAGE.manifest.bytes());
    String size = "\"size\":" + IMAGE.manifest.bytes().length;
    Files.writeString(
        root.resolve(ImageLayout.INDEX_FILE),
        index.replace(size, size + ",\"data\":\"" + data + "\""));
    Files.delete(root.resolve(ImageLayout.blobPath(IMAGE.descriptor().digest())));
    try (ImageSource source = open(root)) {
      Descriptor offered = source.offers().get(0).descriptor();
      assertArrayEquals(IMAGE.manifest.bytes(), TestImage.read(source, offered));
    }
  }

  @Test
  void readsArchives() throws IOException {
    for (String prefix : List.of("", "./", "/", ".//")) {
      byte[] tar = TestImage.layoutTar(prefix, TestImage.index(IMAGE.named("one")), IMAGE.blobs());
      Path file = Files.write(fs.getPath("/archive.tar"), tar);
      try (ImageSource source = open(file)) {
        assertHasImage(source);
      }
    }
  }

  @Test
  void readsCompressedArchives() throws IOException {
    byte[] tar = TestImage.layoutTar("", TestImage.index(IMAGE.named("one")), IMAGE.blobs());
    for (byte[] compressed :
        List.of(tar, TarBuilder.gzip(tar), Zstd.compress(tar), xz(tar), bzip2(tar))) {
      Path file = Files.write(fs.getPath("/archive"), compressed);
      try (ImageSource source = open(file)) {
        assertHasImage(source);
      }
      InputStream stream = new FilterInputStream(new ByteArrayInputStream(compressed)) {
        @Override
        public void close() {
          throw new AssertionError("the stream is the caller's");
        }
      };
      try (ImageSource source = ImageSource.open(stream, Limits.DEFAULT, TestSpool.in(scratch))) {
        assertHasImage(source);
      }
    }
  }

  @Test
  void boundsDecompression() {
    byte[] bomb = TarBuilder.gzip(new byte[1 << 20]);
    Limits limits = Limits.DEFAULT.toBuilder().maxLayerBytes(1 << 19).build();
    LimitExceededException e = assertThrows(
        LimitExceededException.class,
        () -> ImageSource.open(new ByteArrayInputStream(bomb), limits, TestSpool.in(scratch)));
    assertEquals("maxLayerBytes", e.limit());
  }

  @Test
  void refusesWhatIsNoArchive() {
    for (byte[] bytes : List.of(
        new byte[0],
        "hello".getBytes(StandardCharsets.US_ASCII),
        new TarBuilder().build(),
        new TarBuilder().file("index.json", IMAGE.manifest.bytes()).build(),
        new TarBuilder().symlink("oci-layout", "index.json").build(),
        TarBuilder.gzip("hello".getBytes(StandardCharsets.US_ASCII)))) {
      IOException e = assertThrows(
          MalformedImageException.class,
          () -> ImageSource.open(
              new ByteArrayInputStream(bytes), Limits.DEFAULT, TestSpool.in(scratch)));
      assertTrue(e.getMessage().startsWith("image archive"), e.getMessage());
    }
  }

  private static byte[] xz(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream xz = new XZCompressorOutputStream(out)) {
      xz.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] bzip2(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream bzip2 = new BZip2CompressorOutputStream(out)) {
      bzip2.write(bytes);
    }
    return out.toByteArray();
  }
}
