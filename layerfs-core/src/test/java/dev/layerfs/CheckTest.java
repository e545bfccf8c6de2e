package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.CheckReport.Finding;
import dev.layerfs.CheckReport.Status;
import dev.layerfs.StoreObject.Kind;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check finds, what it says, and what a repair does. {@link BitFlipTest} has the bytes. */
final class CheckTest {
  private static final StoreOptions FAST = StoreOptions.builder().unsafeNoSync().build();
  private static final String NAME = "docker.io/library/one:latest";

  @TempDir
  Path temporary;

  private Path own;
  private Path source;
  private LayerStore store;
  private Image image;
  private Path base;
  private Path top;

  @BeforeEach
  void load() throws IOException {
    own = temporary.resolve("store/layerfs");
    source = layout("one");
    store = LayerStore.open(temporary.resolve("store"), FAST);
    image = store.load(source).get(0);
    base = layer(0);
    top = layer(1);
  }

  private Path layout(String name) throws IOException {
    TestImage contents = new TestImage()
        .layer(new TarBuilder().directory("etc/").file("etc/motd", name))
        .layer(new TarBuilder().file("etc/top", "top"));
    return new TestLayout().image(name, contents).write(temporary.resolve("layout-" + name));
  }

  private Path layer(int index) throws IOException {
    return own.resolve("layers")
        .resolve(image.layers().get(index).diffId().digest().encoded());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private CheckReport check() throws IOException {
    return store.maintenance().check(CheckOptions.DEFAULT);
  }

  private CheckReport fastCheck() throws IOException {
    return store
        .maintenance()
        .check(CheckOptions.builder().level(CheckOptions.Level.FAST).build());
  }

  private CheckReport repair() throws IOException {
    return store.maintenance().check(CheckOptions.builder().repair().build());
  }

  private Path blob(Digest digest) {
    return temporary.resolve("store/blobs/sha256").resolve(digest.encoded());
  }

  private Digest layerBlob() throws IOException {
    return image.manifest().layers().get(0).digest();
  }

  private static Finding only(CheckReport report) {
    assertEquals(1, report.findings().size(), report::toString);
    return report.findings().get(0);
  }

  private static void flipLast(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  private static String idOf(Container container) {
    return container.info().id();
  }

  @Test
  void nothingIsFoundInAGoodStore() throws IOException {
    try (Container container = store.create(image)) {
      container.checkpoint();
    }
    CheckReport report = check();
    assertEquals(List.of(), report.findings());
    assertTrue(report.isHealthy());
    assertTrue(report.objects() >= 11, report::toString);
    assertEquals(List.of(), fastCheck().findings());
  }

  @Test
  void saysWhatDependsOnWhatIsDamagedAndWhatToPull() throws IOException {
    String container;
    try (Container made = store.create(image)) {
      container = idOf(made);
    }
    flipLast(blob(layerBlob()));
    Finding finding = only(check());
    assertEquals(new StoreObject(Kind.BLOB, layerBlob().toString()), finding.subject());
    assertEquals(Status.DAMAGED, finding.status());
    assertEquals(
        List.of(new StoreObject(Kind.IMAGE, NAME), new StoreObject(Kind.CONTAINER, container)),
        finding.dependents());
    assertTrue(
        finding.remedy().contains("docker.io/library/one@" + image.digest()), finding.remedy());
    assertEquals(List.of(), fastCheck().findings(), "the length is right");
    Finding unrepaired = only(repair());
    assertEquals(Status.DAMAGED, unrepaired.status(), "nothing to take it from");
    Files.delete(blob(layerBlob()));
    assertEquals("it is missing", only(fastCheck()).problem());
  }

  @Test
  void aBlobComesFromAnotherStore() throws IOException {
    try (LayerStore other = LayerStore.open(temporary.resolve("other"), FAST)) {
      other.load(source);
    }
    byte[] good = Files.readAllBytes(blob(image.digest()));
    Files.write(blob(image.digest()), new byte[0]);
    flipLast(blob(layerBlob()));
    CheckOptions options =
        CheckOptions.builder().repair().from(temporary.resolve("other")).build();
    CheckReport report = store.maintenance().check(options);
    assertEquals(
        List.of(Status.REPAIRED, Status.REPAIRED),
        report.findings().stream().map(Finding::status).toList(),
        "the manifest, and what only it leads to");
    assertEquals(good.length, Files.size(blob(image.digest())));
    assertEquals(List.of(), check().findings());
  }

  @Test
  void anIndexOfWhichNothingIsLeftIsDamaged() throws IOException {
    TestImage contents = new TestImage().layer(new TarBuilder().file("etc/own", "indexed"));
    Descriptor manifest = contents.manifest().descriptor();
    Index index = Index.empty()
        .withManifests(List.of(
            manifest.withPlatform(Platform.of("linux", "amd64")),
            Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256(new byte[1]), 1)
                .withPlatform(Platform.of("linux", "arm64"))));
    Path layout =
        new TestLayout().index("many", index, contents).write(temporary.resolve("layout-many"));
    LoadOptions here =
        LoadOptions.builder().platform(Platform.of("linux", "amd64")).build();
    store.load(layout, here);
    assertEquals(
        List.of(), check().findings(), "another platform that was never there is not missed");
    Files.delete(blob(manifest.digest()));
    for (CheckReport report : List.of(check(), fastCheck(), repair())) {
      Finding found = report.findings().stream()
          .filter(finding -> finding.status() == Status.DAMAGED)
          .findFirst()
          .orElseThrow();
      assertEquals(
          new StoreObject(Kind.BLOB, index.descriptor().digest().toString()), found.subject());
      assertTrue(found.remedy().contains("many@" + index.descriptor().digest()), found.remedy());
    }
    store.load(layout, here);
    assertEquals(List.of(), check().findings());
  }

  @Test
  void aSourceThatLiesIsNotBelieved() throws IOException {
    Path lies = layout("lies");
    Path lie = lies.resolve("blobs/sha256").resolve(layerBlob().encoded());
    Files.write(lie, new byte[(int) Files.size(blob(layerBlob()))]);
    flipLast(blob(layerBlob()));
    CheckOptions options = CheckOptions.builder().repair().from(lies).build();
    assertEquals(Status.DAMAGED, only(store.maintenance().check(options)).status());
  }

  @Test
  void layersComeFromBlobsAndTreesFromLayers() throws IOException {
    flipLast(base.resolve("layer.erofs"));
    Files.delete(top.resolve("layer.json"));
    try (Stream<Path> trees = Files.list(own.resolve("trees"))) {
      flipLast(trees.findFirst().orElseThrow());
    }
    List<Finding> damaged = check().findings().stream()
        .filter(finding -> finding.status() == Status.DAMAGED)
        .toList();
    assertEquals(2, damaged.size(), "a tree can't be compared with layers that are damaged");
    assertTrue(damaged.get(0).remedy().startsWith("layerfs check --repair"));
    assertEquals(
        List.of(Kind.LAYER, Kind.LAYER, Kind.TREE),
        repair().findings().stream().map(finding -> finding.subject().kind()).toList());
    assertEquals(List.of(), check().findings());
  }

  @Test
  void whatIsMissingAndMadeWhenItIsNeededIsNoDamage() throws IOException {
    try (Stream<Path> trees = Files.list(own.resolve("trees"))) {
      Files.delete(trees.findFirst().orElseThrow());
    }
    assertEquals(Status.NOTE, only(check()).status());
    assertTrue(check().isHealthy());
    assertEquals(Status.REPAIRED, only(repair()).status());
    assertEquals(List.of(), check().findings());
  }

  @Test
  void swappedFilesAreBothNamed() throws IOException {
    Path aside = temporary.resolve("aside");
    Files.move(base.resolve("layer.erofs"), aside);
    Files.move(top.resolve("layer.erofs"), base.resolve("layer.erofs"));
    Files.move(aside, top.resolve("layer.erofs"));
    assertEquals(
        2,
        check().findings().stream()
            .filter(finding -> finding.subject().kind() == Kind.LAYER)
            .count());
    repair();
    assertEquals(List.of(), check().findings());
  }

  @Test
  void extraFilesAreNamedWhereverTheyAre() throws IOException {
    String container;
    try (Container made = store.create(image)) {
      made.checkpoint();
      container = idOf(made);
    }
    Path upper;
    try (Stream<Path> uppers = Files.list(own.resolve("uppers"))) {
      upper = uppers.findFirst().orElseThrow();
    }
    List<Path> places = List.of(
        own.getParent(),
        own,
        own.getParent().resolve("blobs/sha256"),
        own.resolve("layers"),
        base,
        own.resolve("trees"),
        own.resolve("extracted"),
        own.resolve("containers"),
        own.resolve("containers").resolve(container),
        own.resolve("uppers"),
        upper,
        upper.resolve("users"),
        own.resolve("names"),
        own.resolve("mounts"),
        own.resolve("leases"),
        own.resolve("staging"),
        own.resolve("locks"));
    for (Path place : places) {
      Path extra = Files.writeString(place.resolve("EXTRA"), "x");
      Finding finding = only(fastCheck());
      assertEquals(Status.LEFTOVER, finding.status());
      String name = own.getParent().relativize(extra).toString().replace('\\', '/');
      assertEquals(new StoreObject(Kind.FILE, name), finding.subject());
      Files.delete(extra);
    }
  }

  @Test
  void whatNothingNeedsIsALeftover() throws IOException {
    Digest empty = Digest.sha256(new byte[0]);
    Files.write(blob(empty), new byte[0]);
    Finding finding = only(check());
    assertEquals(new StoreObject(Kind.BLOB, empty.toString()), finding.subject());
    assertEquals(Status.LEFTOVER, finding.status());
    assertEquals("layerfs gc", finding.remedy());
  }

  @Test
  void aContainerWithoutARecordHasToBeRemoved() throws IOException {
    String container;
    try (Container made = store.create(image)) {
      container = idOf(made);
    }
    Files.write(
        own.resolve("containers").resolve(container).resolve("container.json"), new byte[9]);
    Finding finding = only(repair());
    assertEquals(Status.DAMAGED, finding.status());
    assertTrue(finding.remedy().startsWith("layerfs rm " + container), finding.remedy());
    store.gc();
    assertEquals(1, store.images().size());
    store.removeContainer(container);
    assertEquals(List.of(), check().findings());
  }

  @Test
  void aCoveredUpperThatDoesNotKnowItsUserIsTold() throws IOException {
    try (Container container = store.create(image)) {
      Files.writeString(container.root().resolve("new"), "kept");
      container.checkpoint();
    }
    Path note;
    try (Stream<Path> files = Files.walk(own.resolve("uppers"))) {
      note =
          files.filter(file -> file.getParent().endsWith("users")).findFirst().orElseThrow();
    }
    Files.delete(note);
    assertEquals(Kind.UPPER, only(check()).subject().kind());
    assertEquals(0, store.gc().freedBytes(), "its container's record needs it");
    assertEquals(Status.REPAIRED, only(repair()).status());
    assertTrue(Files.exists(note));
    assertEquals(List.of(), check().findings());
  }

  @Test
  void aMarkThatNobodyKnowsIsFoundInAnUpper() throws IOException {
    String container;
    try (Container made = store.create(image)) {
      container = idOf(made);
      Files.writeString(made.root().resolve("etc/motd"), "changed");
    }
    Path file = own.resolve("containers").resolve(container).resolve("upper/etc/motd");
    try {
      Files.setAttribute(file, "user:overlay.metacopy", ByteBuffer.wrap(new byte[] {'y'}));
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort("the host has no user-defined attributes");
    }
    Optional<Finding> found = check().findings().stream()
        .filter(finding -> finding.status() == Status.DAMAGED)
        .findFirst();
    Assumptions.assumeTrue(
        found.isPresent() || !marksAreUser(container), "marks are in another namespace here");
    found.ifPresent(
        finding -> assertEquals(new StoreObject(Kind.CONTAINER, container), finding.subject()));
  }

  private boolean marksAreUser(String container) throws IOException {
    Path record = own.resolve("containers").resolve(container).resolve("container.json");
    String text = Files.readString(record);
    return text.contains("\"overlayfs\"") || text.contains("override");
  }

  @Test
  void containersInUseAreNotDisturbed() throws IOException {
    try (Container container = store.create(image)) {
      Files.writeString(container.root().resolve("new"), "open");
      Finding finding = only(check());
      assertEquals(Status.NOTE, finding.status());
      assertTrue(finding.problem().contains("in use"), finding.problem());
      assertEquals("open", Files.readString(container.root().resolve("new")));
    }
  }

  /** Whoever has an image open keeps it; whoever opens it next has what was repaired. */
  @Test
  void repairsWhileAnImageIsOpen() throws IOException {
    try (Rootfs open = image.open()) {
      flipLast(base.resolve("layer.erofs"));
      Files.write(base.resolve("layer.json"), new byte[0]);
      assertEquals(1, repair().findings().size());
      assertEquals("one", Files.readString(open.root().resolve("etc/motd")));
      try (Rootfs again = image.open()) {
        assertEquals("one", Files.readString(again.root().resolve("etc/motd")));
      }
    }
  }

  /** G93 of the catalogue: a file that is there is not assumed to be good. */
  @Test
  void row93LoadingAgainReplacesWhatIsDamaged() throws IOException {
    byte[] layer = Files.readAllBytes(base.resolve("layer.erofs"));
    flipLast(base.resolve("layer.erofs"));
    flipLast(blob(layerBlob()));
    flipLast(blob(image.digest()));
    try (Stream<Path> trees = Files.list(own.resolve("trees"))) {
      flipLast(trees.findFirst().orElseThrow());
    }
    assertFalse(check().isHealthy());
    store.load(source);
    assertEquals(List.of(), check().findings());
    assertEquals(-1, Arrays.mismatch(layer, Files.readAllBytes(base.resolve("layer.erofs"))));
  }

  @Test
  void aTreeThatWasFoundToBeDamagedIsMadeAgain() throws IOException {
    Path tree;
    try (Stream<Path> trees = Files.list(own.resolve("trees"))) {
      tree = trees.findFirst().orElseThrow();
    }
    byte[] good = Files.readAllBytes(tree);
    byte[] bad = good.clone();
    Arrays.fill(
        bad, 4096 + 64, bad.length, (byte) 0xff); // all but the superblock and the root's inode
    Files.write(tree, bad);
    store.close();
    store = LayerStore.open(temporary.resolve("store"), FAST);
    try (Rootfs root = store.image("one").open()) {
      Path motd = root.root().resolve("etc/motd");
      IOException thrown = assertThrows(IOException.class, () -> Files.readString(motd));
      assertTrue(thrown.toString().contains("layerfs check --repair"), thrown.toString());
    }
    try (Rootfs root = store.image("one").open()) {
      assertEquals("one", Files.readString(root.root().resolve("etc/motd")));
    }
    assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(tree)));
  }

  @Test
  void theListOfImagesHasACopy() throws IOException {
    Path list = own.getParent().resolve("index.json");
    byte[] good = Files.readAllBytes(list);
    Files.write(list, new byte[good.length]);
    store.close();
    store = LayerStore.open(temporary.resolve("store"), FAST);
    assertEquals(List.of(NAME), store.image("one").names(), "it is read instead");
    assertEquals(new StoreObject(Kind.FILE, "index.json"), only(check()).subject());
    assertEquals(Status.REPAIRED, only(repair()).status());
    assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(list)));
  }

  @Test
  void aRecordOfAVolumeIsNamedAndMended() throws IOException {
    store.volumes().create("data");
    assertEquals(List.of(), check().findings());
    Path record = own.resolve("volumes/data/volume.json");
    byte[] good = Files.readAllBytes(record);
    flipLast(record);
    assertEquals(new StoreObject(Kind.VOLUME, "data"), only(check()).subject());
    assertEquals(Status.REPAIRED, only(repair()).status());
    assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(record)));
    store.volumes().create("other");
    Files.write(record, new byte[0]);
    assertEquals(Status.DAMAGED, only(repair()).status());
    store.gc();
    try (Container container = store.create(image)) {
      assertEquals("one", Files.readString(container.root().resolve("etc/motd")));
    }
  }

  @Test
  void anotherProgramMayChangeTheListOfImages() throws IOException {
    Path list = own.getParent().resolve("index.json");
    String text = Files.readString(list);
    Files.writeString(list, text.replace(NAME, "docker.io/library/other:1"));
    assertEquals(Status.NOTE, only(check()).status());
    assertEquals(Status.REPAIRED, only(repair()).status(), "its copy is made again");
    assertEquals(List.of(), check().findings());
    assertEquals(List.of("docker.io/library/other:1"), store.images().get(0).names());
  }
}
