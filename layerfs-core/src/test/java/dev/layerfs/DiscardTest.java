package dev.layerfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.layerfs.CheckReport.Finding;
import dev.layerfs.CheckReport.Status;
import dev.layerfs.DiscardReport.Reason;
import dev.layerfs.StoreObject.Kind;
import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.MediaType.LayerCompression;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs are given up, and are there again, byte for byte, for whoever needs them. */
final class DiscardTest {
  private static final StoreOptions FAST = StoreOptions.builder().unsafeNoSync().build();
  /** Where it is in a frame: after the magic number and a byte of flags (RFC 8878). */
  private static final int WINDOW_DESCRIPTOR = 5;

  private static final int STRIDE =
      System.getProperty("layerfs.bitflips", "").equals("all") ? 1 : Scale.of(1009, 13);

  @TempDir
  Path temporary;

  private Path directory;
  private Path source;
  private LayerStore store;
  private Image image;
  private final Map<Path, byte[]> blobs = new LinkedHashMap<>();
  private Path foreign;

  /** Three layers: a plain tar, one of the JDK's gzip, and one that no compressor here makes; the last is too small. */
  @BeforeEach
  void load() throws IOException {
    byte[] plain = tar("plain", 1);
    byte[] other = tar("other", 3);
    TestImage contents = new TestImage()
        .layer(MediaType.OCI_LAYER, plain, Digest.sha256(plain))
        .layer(tar("zipped", 2))
        .layer(MediaType.OCI_LAYER_ZSTD, frames(other), Digest.sha256(other))
        .layer(new TarBuilder().file("small", "small"));
    directory = temporary.resolve("store");
    source = new TestLayout().image("one", contents).write(temporary.resolve("layout"));
    store = LayerStore.open(directory, FAST);
    image = store.load(source).get(0);
    List<Descriptor> layers = image.manifest().layers();
    for (Descriptor layer : layers.subList(0, 2)) {
      blobs.put(blob(layer.digest()), Files.readAllBytes(blob(layer.digest())));
    }
    foreign = blob(layers.get(2).digest());
  }

  private static byte[] tar(String name, int seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(name);
    while (text.length() < 9000) {
      text.append(random.nextInt(1000)).append(' ');
    }
    return new TarBuilder()
        .directory("etc/")
        .file("etc/" + name, text.toString())
        .hardLink("etc/" + name + "-2", "etc/" + name)
        .build();
  }

  /** Two frames of zstd: it could be made again, but nobody has asked for it. */
  private static byte[] frames(byte[] tar) throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    for (int from : new int[] {0, tar.length / 2}) {
      try (OutputStream out = new ZstdOutputStreamNoFinalizer(blob, 5)) {
        out.write(tar, from, from == 0 ? tar.length / 2 : tar.length - from);
      }
    }
    return blob.toByteArray();
  }

  private Path blob(Digest digest) {
    return directory.resolve("blobs/sha256").resolve(digest.encoded());
  }

  private Path recipe(Path blob) {
    return directory.resolve("layerfs/recipes").resolve(blob.getFileName().toString());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private DiscardReport discard() throws IOException {
    return store.maintenance().discardBlobs();
  }

  private CheckReport check(CheckOptions options) throws IOException {
    return store.maintenance().check(options);
  }

  private void assertThere() throws IOException {
    for (Map.Entry<Path, byte[]> blob : blobs.entrySet()) {
      assertArrayEquals(blob.getValue(), Files.readAllBytes(blob.getKey()));
    }
  }

  private void assertGone() {
    blobs.keySet().forEach(blob -> assertFalse(Files.exists(blob), blob::toString));
  }

  private void save() throws IOException {
    store.save(List.of("one"), SaveFormat.OCI_ARCHIVE, OutputStream.nullOutputStream());
  }

  @Test
  void whatCanBeMadeAgainGoesAndComesBack() throws IOException {
    DiscardReport report = discard();
    assertGone();
    assertEquals(
        blobs.keySet().stream().toList(),
        report.discarded().stream().map(each -> blob(each.blob().digest())).toList());
    assertEquals(
        List.of(Reason.NOT_REPRODUCIBLE, Reason.NO_GAIN),
        report.kept().stream().map(DiscardReport.Kept::reason).toList());
    assertTrue(Files.exists(foreign));
    assertEquals(
        report.bytes(),
        blobs.values().stream().mapToLong(bytes -> bytes.length).sum() - recipeBytes());
    try (Rootfs root = store.image("one").open()) {
      assertTrue(Files.readString(root.root().resolve("etc/zipped-2")).startsWith("zipped"));
    }
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
    save();
    assertThere();
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
  }

  private long recipeBytes() throws IOException {
    long sum = 0;
    for (Path blob : blobs.keySet()) {
      sum += Files.size(recipe(blob));
    }
    return sum;
  }

  @Test
  void aPlanChangesNothing() throws IOException {
    DiscardReport plan = store.maintenance().planDiscard();
    assertThere();
    assertFalse(Files.exists(directory.resolve("layerfs/recipes")));
    assertTrue(Files.readString(directory.resolve("layerfs/version.json")).contains(":1}"));
    assertEquals(plan, discard());
    assertTrue(Files.readString(directory.resolve("layerfs/version.json")).contains(":2}"));
  }

  /** The recipe is still there, and is not made again. */
  @Test
  void asOftenAsOneLikes() throws IOException {
    DiscardReport first = discard();
    Map<Path, Object> made = new LinkedHashMap<>();
    for (Path blob : blobs.keySet()) {
      made.put(blob, Files.readAttributes(recipe(blob), "creationTime,lastModifiedTime"));
    }
    save();
    assertEquals(first, discard());
    assertGone();
    for (Path blob : blobs.keySet()) {
      assertEquals(
          made.get(blob), Files.readAttributes(recipe(blob), "creationTime,lastModifiedTime"));
    }
    assertEquals(List.of(), discard().discarded());
  }

  @Test
  void ourOwnLayersAllGo() throws IOException {
    for (LayerCompression compression : LayerCompression.values()) {
      String name = "committed-" + compression.name().toLowerCase(Locale.ROOT);
      try (Container container = store.create(image)) {
        byte[] content = new byte[300_000];
        new Random(4).nextBytes(content);
        Files.write(container.root().resolve("data"), content);
        container.commit(name, CommitOptions.builder().compression(compression).build());
      }
      Descriptor own = last(store.image(name));
      byte[] bytes = Files.readAllBytes(blob(own.digest()));
      assertTrue(discard().discarded().stream().anyMatch(each -> each.blob().equals(own)), name);
      assertFalse(Files.exists(blob(own.digest())), name);
      Path saved = temporary.resolve(name);
      store.save(List.of(name), SaveFormat.OCI_LAYOUT, saved);
      assertArrayEquals(
          bytes,
          Files.readAllBytes(saved.resolve("blobs/sha256").resolve(own.digest().encoded())));
    }
  }

  /** Its matches have three bytes and thousands of places, so the longest of the searches is given up; no search is quite right. */
  @Test
  void aSearchThatTakesTooLongIsNotTheOnlyOne() throws IOException {
    byte[] content = new byte[256 << 10];
    new Random(6).nextBytes(content);
    for (int i = 0; i < content.length - 5; i += 5) {
      content[i] = 'a';
      content[i + 1] = 'a';
      content[i + 2] = 'b';
    }
    byte[] tar = new TarBuilder().file("aab", content).build();
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(blob) {
      {
        def.setStrategy(Deflater.FILTERED); // which leaves out short matches
      }
    }) {
      out.write(tar);
    }
    TestImage slow =
        new TestImage().layer(MediaType.OCI_LAYER_GZIP, blob.toByteArray(), Digest.sha256(tar));
    Image loaded = store
        .load(new TestLayout().image("slow", slow).write(temporary.resolve("slow")))
        .get(0);
    Descriptor layer = last(loaded);
    assertTrue(discard().discarded().stream().anyMatch(each -> each.blob().equals(layer)));
    store.save(List.of("slow"), SaveFormat.OCI_ARCHIVE, OutputStream.nullOutputStream());
    assertArrayEquals(blob.toByteArray(), Files.readAllBytes(blob(layer.digest())));
  }

  private static Descriptor last(Image image) throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    return layers.get(layers.size() - 1);
  }

  /** The layout has them no more, so a load would fail if it wanted them. */
  @Test
  void aLoadTakesThemForThere() throws IOException {
    discard();
    for (Path blob : blobs.keySet()) {
      Files.delete(source.resolve("blobs/sha256").resolve(blob.getFileName().toString()));
    }
    store.load(source);
    assertGone();
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
  }

  @Test
  void anotherStoreTakesWhatIsNotThere() throws IOException {
    discard();
    store.close();
    Path copy = temporary.resolve("copy");
    try (LayerStore other = LayerStore.open(copy, FAST)) {
      other.load(directory);
      for (Map.Entry<Path, byte[]> blob : blobs.entrySet()) {
        Path copied = copy.resolve(directory.relativize(blob.getKey()).toString());
        assertArrayEquals(blob.getValue(), Files.readAllBytes(copied));
        Files.delete(copied);
      }
      CheckOptions repair = CheckOptions.builder().repair().from(directory).build();
      assertTrue(other.maintenance().check(repair).isHealthy());
    }
    assertGone();
  }

  /** What a recipe of a stranger's makes is compared with the digest, as all that comes from there. */
  @Test
  void anotherStoreBelievesNoRecipe() throws IOException {
    discard();
    List<LayerInfo> layerFiles = image.layers().subList(0, 2);
    store.close();
    Path layers = directory.resolve("layerfs/layers");
    for (LayerInfo layer : layerFiles) {
      Path file = layers.resolve(layer.diffId().digest().encoded()).resolve("layer.erofs");
      flip(file, Files.readAllBytes(file), 5000);
    }
    try (LayerStore other = LayerStore.open(temporary.resolve("copy"), FAST)) {
      assertThrows(DigestMismatchException.class, () -> other.load(directory));
      Path first = blobs.keySet().iterator().next();
      Path moved = Files.move(recipe(first), temporary.resolve("recipe"));
      Files.createSymbolicLink(recipe(first), moved);
      assertThrows(NotFoundException.class, () -> other.load(directory));
      assertEquals(List.of(), other.images());
    }
  }

  @Test
  void whatNothingNeedsGoesWithItsRecipe() throws IOException {
    discard();
    StoreSpace space = store.maintenance().space();
    assertTrue(space.blobBytes() >= recipeBytes(), space::toString);
    assertEquals(space.blobBytes(), store.maintenance().usage().blobBytes());
    Path first = blobs.keySet().iterator().next();
    Digest digest = Digest.parse("sha256:" + first.getFileName());
    List<StoreObject> kinds = store.maintenance().explain(digest.toString()).stream()
        .map(Explanation::subject)
        .toList();
    assertTrue(kinds.contains(new StoreObject(Kind.RECIPE, digest.toString())), kinds::toString);
    store.remove("one");
    try (Stream<Path> recipes = Files.list(directory.resolve("layerfs/recipes"))) {
      assertEquals(List.of(), recipes.toList());
    }
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
  }

  /** A damaged blob proves nothing about a recipe. */
  @Test
  void aDamagedBlobStays() throws IOException {
    for (Path blob : blobs.keySet()) {
      flip(blob, Files.readAllBytes(blob), 700);
    }
    assertEquals(
        List.of(Reason.DAMAGED, Reason.DAMAGED),
        discard().kept().stream().map(DiscardReport.Kept::reason).limit(2).toList());
    blobs.keySet().forEach(blob -> assertTrue(Files.exists(blob)));
  }

  private static void flip(Path file, byte[] good, int at) throws IOException {
    byte[] bad = good.clone();
    bad[at] ^= (byte) (1 << at % 8);
    Files.write(file, bad);
  }

  /** In the header of a zstd frame there are bits without which it means the same. */
  @Test
  void aRecipeThatIsDamagedAndStillMakesItsBlobIsNotAllThatIsLeftOfIt() throws IOException {
    discard();
    Path blob = blobs.keySet().iterator().next();
    byte[] good = Files.readAllBytes(recipe(blob));
    int frame = new String(good, ISO_8859_1).indexOf('\n') + 1;
    byte[] bad = good.clone();
    bad[frame + WINDOW_DESCRIPTOR] ^= 1; // the window is an eighth larger, or smaller
    Files.write(recipe(blob), bad);
    check(CheckOptions.builder().repair().from(source).build());
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
    assertThere(blob);
  }

  @Test
  void everyByteOfARecipeCounts() throws IOException {
    discard();
    for (Path blob : blobs.keySet()) {
      byte[] good = Files.readAllBytes(recipe(blob));
      for (int i = blob.hashCode() & 7; i < good.length; i += STRIDE) {
        flip(recipe(blob), good, i);
        StoreObject damaged = new StoreObject(Kind.RECIPE, "sha256:" + blob.getFileName());
        assertOnlyDamaged(damaged, "byte " + i);
        assertEquals(
            Status.REPAIRED,
            check(CheckOptions.builder().repair().from(source).build())
                .findings()
                .get(0)
                .status());
        assertEquals(List.of(), check(CheckOptions.DEFAULT).findings(), "byte " + i);
        assertThere(blob);
        assertEquals(1, discard().discarded().size());
        assertArrayEquals(good, Files.readAllBytes(recipe(blob)));
      }
    }
  }

  private void assertThere(Path blob) throws IOException {
    assertArrayEquals(blobs.get(blob), Files.readAllBytes(blob));
  }

  private Finding assertOnlyDamaged(StoreObject object, String message) throws IOException {
    List<Finding> findings = check(CheckOptions.DEFAULT).findings().stream()
        .filter(finding -> finding.status() != Status.NOTE) // a tree is not compared meanwhile
        .toList();
    assertEquals(List.of(object), findings.stream().map(Finding::subject).toList(), message);
    assertEquals(
        new StoreObject(Kind.IMAGE, "docker.io/library/one:latest"),
        findings.get(0).dependents().get(0));
    return findings.get(0);
  }

  @Test
  void aDamagedLayerFileIsMadeOfABlobFromElsewhere() throws IOException {
    discard();
    LayerInfo layer = image.layers().get(1);
    Path file = directory
        .resolve("layerfs/layers")
        .resolve(layer.diffId().digest().encoded())
        .resolve("layer.erofs");
    byte[] good = Files.readAllBytes(file);
    flip(file, good, 5000);
    Finding finding =
        assertOnlyDamaged(new StoreObject(Kind.LAYER, layer.diffId().toString()), "layer");
    assertTrue(
        finding.remedy().startsWith("load or pull again, or `layerfs check --repair --from"),
        finding.remedy());
    assertFalse(check(CheckOptions.builder().repair().build()).isHealthy());
    assertThrows(StoreCorruptException.class, this::save);
    assertTrue(check(CheckOptions.builder().repair().from(source).build()).isHealthy());
    assertArrayEquals(good, Files.readAllBytes(file));
    save();
    assertThere();
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
  }

  /** As one that was made with another zlib: it is what was written, and makes something else here. */
  @Test
  void noBlobGoesForARecipeThatMakesAnother() throws Exception {
    discard();
    Path zipped = blobs.keySet().stream().toList().get(1);
    String good = Files.readString(recipe(zipped), ISO_8859_1);
    Files.write(zipped, blobs.get(zipped));
    int end = good.indexOf('\n') + 1;
    String bad = withLevel(good.substring(0, end), 1);
    assertEquals(end, bad.length());
    Files.writeString(recipe(zipped), bad + good.substring(end), ISO_8859_1);
    discard();
    assertFalse(Files.exists(zipped));
    assertEquals(good, Files.readString(recipe(zipped), ISO_8859_1));
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
  }

  /** Changes a record's level, and gives it the checksum that it then has. */
  private static String withLevel(String line, int level) throws NoSuchAlgorithmException {
    String record = line.replaceFirst("\"level\":\\d", "\"level\":" + level);
    assertNotEquals(line, record);
    String checked = record.substring(0, record.indexOf(",\"sha256\":\""));
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(checked.getBytes(ISO_8859_1));
    return checked + ",\"sha256\":\"" + HexFormat.of().formatHex(sum) + "\"}\n";
  }

  @Test
  void aLoadMendsWhatARecipeNeeds() throws IOException {
    discard();
    Path zipped = blobs.keySet().stream().toList().get(1);
    Path file = directory
        .resolve("layerfs/layers")
        .resolve(image.layers().get(1).diffId().digest().encoded())
        .resolve("layer.erofs");
    byte[] good = Files.readAllBytes(file);
    flip(file, good, 5000);
    store.load(source);
    assertArrayEquals(good, Files.readAllBytes(file));
    assertThere(zipped);
    assertEquals(List.of(), check(CheckOptions.DEFAULT).findings());
  }
}
