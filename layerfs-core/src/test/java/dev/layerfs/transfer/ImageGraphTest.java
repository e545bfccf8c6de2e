package dev.layerfs.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@link ImageGraph} over a source in memory that counts what is opened. */
final class ImageGraphTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM64 = Platform.of("linux", "arm64");

  private final Map<Digest, byte[]> blobs = new HashMap<>();
  private final List<Digest> opened = new ArrayList<>();
  private final ImageSource source = new ImageSource() {
    @Override
    public List<Offer> offers() {
      return List.of();
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
      opened.add(blob.digest());
      byte[] content = blobs.get(blob.digest());
      if (content == null) {
        throw new NotFoundException("blob", blob.digest().toString());
      }
      return new ByteArrayInputStream(content);
    }

    @Override
    public void close() {}
  };
  private final ImageGraph graph = new ImageGraph(source, Limits.DEFAULT);

  private Descriptor put(TestImage image) {
    image.blobs().forEach(blob -> blobs.put(Digest.sha256(blob), blob));
    return image.descriptor();
  }

  private Descriptor put(Index index) {
    blobs.put(index.descriptor().digest(), index.bytes());
    return index.descriptor();
  }

  private Descriptor image(String content, Platform platform) {
    return put(TestImage.of(content, platform)).withPlatform(platform);
  }

  private Optional<Digest> select(Descriptor offered, Platform platform) throws IOException {
    return graph.select(offered, platform).map(Manifest::descriptor).map(Descriptor::digest);
  }

  @Test
  @DisplayName(
      "IDX-01 IDX-21: the image of the platform, also in nested indexes, the first of equals")
  void selects() throws IOException {
    Descriptor amd64 = image("a", AMD64);
    Descriptor arm64 = image("b", ARM64);
    Descriptor again = image("c", ARM64);
    Descriptor nested = put(TestImage.index(arm64, again));
    Descriptor root = put(TestImage.index(amd64, nested));
    assertEquals(Optional.of(amd64.digest()), select(root, AMD64));
    assertEquals(Optional.of(arm64.digest()), select(root, ARM64));
    assertEquals(Optional.empty(), select(root, Platform.of("linux", "s390x")));
    assertEquals(List.of(amd64, arm64, again), graph.manifests(root));
  }

  @Test
  void returnsASingleManifestWhateverItsPlatform() throws IOException {
    Descriptor arm64 = image("b", ARM64);
    assertEquals(Optional.of(arm64.digest()), select(arm64, AMD64));
  }

  @Test
  void passesOverWhatTheSourceLacks() throws IOException {
    Descriptor absent = TestImage.of("x").descriptor().withPlatform(AMD64);
    Descriptor absentIndex = TestImage.index(absent).descriptor();
    Descriptor present = image("a", AMD64);
    Descriptor root = put(TestImage.index(absent, absentIndex, present));
    assertEquals(Optional.of(present.digest()), select(root, AMD64));
  }

  @Test
  void looksIntoTheConfigWhereTheEntryNamesNoPlatform() throws IOException {
    Descriptor arm64 = put(TestImage.of("b", ARM64));
    Descriptor amd64 = put(TestImage.of("a", AMD64));
    Descriptor root = put(TestImage.index(arm64, amd64));
    assertEquals(Optional.of(amd64.digest()), select(root, AMD64));
    Descriptor named = image("c", AMD64);
    assertEquals(Optional.of(named.digest()), select(put(TestImage.index(amd64, named)), AMD64));
  }

  @Test
  @DisplayName("every index is read once, however often it is named")
  void row55ReadsEveryIndexOnce() throws IOException {
    Descriptor image = image("a", AMD64);
    Descriptor[] leaves = new Descriptor[10];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = put(TestImage.index(image.withAnnotations(Map.of("n", Integer.toString(i)))));
    }
    Descriptor[] entries = new Descriptor[3_000];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = leaves[i % leaves.length];
    }
    Descriptor root = put(TestImage.index(entries));
    assertEquals(1, graph.manifests(root).size());
    assertEquals(11, opened.size());
    assertEquals(11, new HashSet<>(opened).size());
  }

  @Test
  void keepsTheLimits() throws IOException {
    Descriptor descriptor = image("a", AMD64);
    for (int depth = 0; depth < Limits.DEFAULT.maxIndexDepth(); depth++) {
      descriptor = put(TestImage.index(descriptor));
    }
    assertEquals(1, graph.manifests(descriptor).size());
    Descriptor tooDeep = put(TestImage.index(descriptor));
    assertEquals("maxIndexDepth", limit(graph, tooDeep));

    Limits three = Limits.DEFAULT.toBuilder().maxIndexEntries(3).build();
    Descriptor one = put(TestImage.index(image("1", AMD64), image("2", AMD64)));
    Descriptor two = put(TestImage.index(image("3", AMD64), one));
    assertEquals("maxIndexEntries", limit(new ImageGraph(source, three), two));
  }

  private static String limit(ImageGraph graph, Descriptor root) {
    return assertThrows(LimitExceededException.class, () -> graph.manifests(root))
        .limit();
  }

  @Test
  @DisplayName(
      "DSC-06 DSC-08 DSC-20 DSC-21: documents are verified, and never read beyond their size")
  void verifiesDocuments() {
    Descriptor image = put(TestImage.of("a"));
    byte[] good = TestImage.of("a").manifest.bytes();
    for (byte[] bad : List.of(new byte[0], new byte[good.length], new byte[good.length + 1])) {
      blobs.put(image.digest(), bad);
      assertThrows(DigestMismatchException.class, () -> graph.read(image));
    }
    Descriptor huge = Descriptor.of(MediaType.OCI_MANIFEST, image.digest(), Long.MAX_VALUE);
    assertThrows(LimitExceededException.class, () -> graph.read(huge));
  }

  @Test
  void passesOverEntriesThatAreNoImages() throws IOException {
    Descriptor md5 = Descriptor.of(MediaType.OCI_MANIFEST, Digest.parseAny("md5:aa"), 1);
    Descriptor blob = Descriptor.ofContent(MediaType.OCTET_STREAM, new byte[1]);
    Descriptor image = image("a", AMD64);
    assertEquals(List.of(image), graph.manifests(put(TestImage.index(md5, blob, image))));
  }
}
