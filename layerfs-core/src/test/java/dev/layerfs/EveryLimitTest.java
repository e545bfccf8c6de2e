package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each of the {@link Limits}, set low and exceeded at the front door: the error has its name, and nothing is left. */
final class EveryLimitTest {
  private static final TestImage SMALL = new TestImage().layer(new TarBuilder().file("f", "x"));

  @TempDir
  Path temporary;

  /** A limit that is lower than something in a layout. */
  record Case(String limit, Limits limits, Supplier<TestLayout> layout) {
    /** Whether it takes seconds to load, once that is allowed. */
    boolean isBomb() {
      return limit.equals("maxRatio") || limit.equals("maxEntriesPerKiB");
    }

    @Override
    public String toString() {
      return limit;
    }
  }

  private static Limits.Builder low() {
    return Limits.DEFAULT.toBuilder();
  }

  private static TestLayout layer(TarBuilder tar) {
    return layout(new TestImage().layer(tar));
  }

  private static TestLayout layout(TestImage image) {
    return new TestLayout().image("x:1", image);
  }

  private static TestLayout nested() {
    Descriptor image = SMALL.manifest().descriptor();
    Index inner = Index.empty().withManifests(List.of(image));
    Index outer = Index.empty()
        .withManifests(List.of(Descriptor.ofContent(MediaType.OCI_INDEX, inner.bytes())));
    return new TestLayout()
        .index("x:1", outer, SMALL)
        .blob(Digest.sha256(inner.bytes()), inner.bytes());
  }

  private static TestLayout twoPlatforms() {
    TestImage arm = new TestImage().architecture("arm64").layer(new TarBuilder().file("f", "y"));
    return new TestLayout()
        .index(
            "x:1",
            Index.empty()
                .withManifests(
                    List.of(SMALL.manifest().descriptor(), arm.manifest().descriptor())),
            SMALL,
            arm);
  }

  private static TestLayout zeros() {
    return layer(new TarBuilder().file("zeros", new byte[65 << 20]));
  }

  private static TestLayout manyEntries() {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 65_600; i++) {
      tar.file("f", "");
    }
    return layer(tar);
  }

  private static TestLayout sparse() {
    byte[] map = Arrays.copyOf(
        "2\n0\n1\n100\n1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 514);
    return layer(new TarBuilder()
        .add(TarEntryBuilder.file("s", map)
            .record("GNU.sparse.major", "1")
            .record("GNU.sparse.minor", "0")
            .record("GNU.sparse.name", "s")
            .record("GNU.sparse.realsize", "200")));
  }

  private static TestLayout zstd() {
    byte[] tar = new TarBuilder().file("f", new byte[1 << 20]).build();
    return layout(
        new TestImage().layer(MediaType.OCI_LAYER_ZSTD, Zstd.compress(tar), Digest.sha256(tar)));
  }

  private static TestLayout xattr() {
    return layer(new TarBuilder()
        .add(TarEntryBuilder.file("f", new byte[1]).xattr("user.x", new byte[100])));
  }

  static Stream<Case> cases() {
    TestLayout two =
        layout(new TestImage().layer(new TarBuilder().file("f", "x")).layer(new TarBuilder()));
    TestLayout deep = layer(new TarBuilder().file("directory/".repeat(8) + "f", ""));
    return Stream.of(
        new Case("maxDocumentBytes", low().maxDocumentBytes(50).build(), () -> layout(SMALL)),
        new Case("maxDocumentDepth", low().maxDocumentDepth(1).build(), () -> layout(SMALL)),
        new Case("maxIndexEntries", low().maxIndexEntries(1).build(), EveryLimitTest::twoPlatforms),
        new Case("maxIndexDepth", low().maxIndexDepth(1).build(), EveryLimitTest::nested),
        new Case("maxLayers", low().maxLayers(1).build(), () -> two),
        new Case("maxLayerBytes", low().maxLayerBytes(1_000).build(), () -> layout(SMALL)),
        new Case("maxRatio", low().maxRatio(10).build(), EveryLimitTest::zeros),
        new Case(
            "maxEntries",
            low().maxEntries(1).build(),
            () -> layer(new TarBuilder().file("a", "").file("b", ""))),
        new Case(
            "maxEntriesPerKiB", low().maxEntriesPerKiB(1).build(), EveryLimitTest::manyEntries),
        new Case(
            "maxEntryMetadataBytes",
            low().maxEntryMetadataBytes(50).build(),
            EveryLimitTest::xattr),
        new Case("maxPathBytes", low().maxPathBytes(40).build(), () -> deep),
        new Case("maxNameBytes", low().maxNameBytes(5).build(), () -> deep),
        new Case("maxXattrBytes", low().maxXattrBytes(99).build(), EveryLimitTest::xattr),
        new Case("maxSparseSegments", low().maxSparseSegments(1).build(), EveryLimitTest::sparse),
        new Case("maxZstdWindowLog", low().maxZstdWindowLog(15).build(), EveryLimitTest::zstd));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void namesItselfAndLeavesNothing(Case exceeded) throws IOException {
    Path layout = exceeded.layout().get().write(temporary.resolve("layout"));
    LoadOptions options =
        LoadOptions.builder().limits(exceeded.limits()).allPlatforms().build();
    try (LayerStore store = LayerStore.inMemory()) {
      LimitExceededException e =
          assertThrows(LimitExceededException.class, () -> store.load(layout, options));
      assertEquals(exceeded.limit(), e.limit(), e::getMessage);
      assertTrue(e.getMessage().contains(exceeded.limit() + "=" + e.maximum()), e::getMessage);
      assertEquals(List.of(), store.images());
      assertEquals(List.of(), store.maintenance().planGc().garbage());
      if (Scale.isFull() || !exceeded.isBomb()) {
        store.load(
            layout, LoadOptions.builder().allPlatforms().limits(generous()).build());
      }
    }
  }

  /** What is refused above is fine for what it is, bombs aside, which are loaded at full {@link Scale}. */
  private static Limits generous() {
    return low().maxRatio(10_000).maxEntriesPerKiB(1_000_000).build();
  }

  private LayerStore storeWith(TestImage image, StoreOptions options) throws IOException {
    LayerStore store = LayerStore.open(temporary.resolve("store"), options);
    store.load(layout(image).write(temporary.resolve("layout")));
    return store;
  }

  private static ContainerOptions volumes(int max) {
    return ContainerOptions.builder().maxImageVolumes(max).build();
  }

  @Test
  void row57TheStoreBoundsFilesOfAccounts() throws IOException {
    String line = "ann:x:1000:1000\n";
    TestImage image = new TestImage().layer(new TarBuilder().file("etc/passwd", line));
    for (int max : new int[] {line.length(), line.length() - 1}) {
      StoreOptions options = StoreOptions.builder().maxAccountFileBytes(max).build();
      try (LayerStore store = storeWith(image, options);
          Rootfs rootfs = store.image("x:1").open()) {
        var lookup = rootfs.root().getFileSystem().getUserPrincipalLookupService();
        if (max == line.length()) {
          assertEquals("ann", lookup.lookupPrincipalByName("ann").getName());
        } else {
          LimitExceededException e =
              assertThrows(LimitExceededException.class, () -> lookup.lookupPrincipalByName("ann"));
          assertEquals("maxAccountFileBytes=" + max, e.limit() + "=" + e.maximum());
        }
      }
    }
    StoreOptions.Builder none = StoreOptions.builder().maxAccountFileBytes(0);
    assertThrows(IllegalArgumentException.class, none::build);
  }

  @Test
  void volumesThatAnImageAsksForAreBounded() throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder()).volumes("/a", "/b");
    try (LayerStore store = storeWith(image, StoreOptions.DEFAULT)) {
      Image loaded = store.image("x:1");
      store.create(loaded, volumes(2)).close();
      LimitExceededException e =
          assertThrows(LimitExceededException.class, () -> store.create(loaded, volumes(1)));
      assertEquals("maxImageVolumes=1", e.limit() + "=" + e.maximum());
      assertEquals(1, store.containers().size());
      assertEquals(2, store.volumes().list().size());
    }
    assertThrows(IllegalArgumentException.class, () -> volumes(0));
  }

  @Test
  void eachIsTriedAndDocumented() throws IOException {
    List<String> names = Arrays.stream(Limits.class.getRecordComponents())
        .map(each -> each.getName())
        .toList();
    assertEquals(names, cases().map(Case::limit).toList());
    String document = Files.readString(Path.of("../docs/security.md"));
    String defaults = Limits.DEFAULT.toString();
    for (String name : names) {
      String value = defaults.replaceAll(".*\\b" + name + "=([0-9]+).*", "$1");
      String row = String.format(Locale.ROOT, "| `%s` | %,d |", name, Long.parseLong(value));
      assertTrue(document.contains(row), () -> row);
    }
  }
}
