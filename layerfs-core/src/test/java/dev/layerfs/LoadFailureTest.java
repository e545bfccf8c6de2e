package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.store.Ingest;
import dev.layerfs.store.Store;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A load that fails changes no file of the store, whatever it fails of, and a load of what is there adds none. */
final class LoadFailureTest {
  private static final int BIG = 3 << 19; // the listener is told of every MiB
  private static final TarBuilder BASE =
      new TarBuilder().directory("etc/").file("etc/motd", "hello");
  private static final byte[] SECOND_TAR = secondTar();
  private static final byte[] SECOND = TarBuilder.gzip(SECOND_TAR);
  private static final Digest SECOND_DIFF_ID = Digest.sha256(SECOND_TAR);

  @TempDir
  Path temporary;

  /** Where the store is. */
  enum Host {
    DISK,
    MEMORY
  }

  /** A source that can't be loaded. */
  private record Fault(
      String what,
      Supplier<TestLayout> source,
      Supplier<LoadOptions> options,
      Class<? extends Exception> thrown) {
    static Fault of(String what, Supplier<TestLayout> source, Class<? extends Exception> thrown) {
      return new Fault(what, source, () -> LoadOptions.DEFAULT, thrown);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private static byte[] secondTar() {
    byte[] content = new byte[BIG];
    new Random(1).nextBytes(content);
    return new TarBuilder().file("big", content).build();
  }

  private static TestLayout layout(TestImage image) {
    return new TestLayout().image("debian:13", image);
  }

  /** Three layers, of which a store that has the base image already has the first. */
  private static TestImage three(byte[] second) {
    return new TestImage()
        .layer(BASE)
        .layer(second)
        .layer(new TarBuilder().whiteout("etc/", "motd"));
  }

  /** Three that are fine, the second of which has {@link #BIG} bytes. */
  private static TestImage goodThree() {
    return new TestImage()
        .layer(BASE)
        .layer(MediaType.OCI_LAYER_GZIP, SECOND, SECOND_DIFF_ID)
        .layer(new TarBuilder().whiteout("etc/", "motd"));
  }

  private static TestLayout good() {
    return layout(goodThree());
  }

  private static TestLayout withSecond(byte[] blob) {
    return good().blob(Digest.sha256(SECOND), blob);
  }

  private static byte[] flipped() {
    byte[] blob = SECOND.clone();
    blob[blob.length / 2] ^= 1;
    return blob;
  }

  private static TestLayout truncatedGzip() {
    byte[] half = Arrays.copyOf(SECOND, SECOND.length / 2);
    return layout(
        new TestImage().layer(BASE).layer(MediaType.OCI_LAYER_GZIP, half, SECOND_DIFF_ID));
  }

  private static TestLayout wrongDiffId() {
    return layout(new TestImage()
        .layer(BASE)
        .layer(MediaType.OCI_LAYER_GZIP, SECOND, Digest.sha256(new byte[1])));
  }

  private static TestLayout wrongSize(int difference) {
    Descriptor lie =
        Descriptor.of(MediaType.OCI_LAYER_GZIP, Digest.sha256(SECOND), SECOND.length + difference);
    return layout(new TestImage().layer(BASE).layer(lie, SECOND, SECOND_DIFF_ID));
  }

  private static TestLayout malformedTar() {
    byte[] tar = new TarBuilder().file("a", "a").file("b", "b").build();
    tar[2 * TarBuilder.BLOCK + 148] ^= 1; // the checksum of the second header
    return layout(three(tar));
  }

  private static TestLayout danglingHardLink() {
    return layout(three(new TarBuilder().hardLink("link", "etc/missing").build()));
  }

  private static LoadOptions limited() {
    return LoadOptions.builder()
        .limits(Limits.DEFAULT.toBuilder().maxLayerBytes(BIG / 2).build())
        .build();
  }

  private static LoadOptions cancelling() {
    return LoadOptions.builder()
        .progress((what, done, total) -> {
          if (done > BIG / 2 && done < total) {
            throw new CancellationException();
          }
        })
        .build();
  }

  private static LoadOptions interruptedBefore() {
    Thread.currentThread().interrupt();
    return LoadOptions.DEFAULT;
  }

  private static LoadOptions interruptedMidway() {
    Thread loading = Thread.currentThread();
    return LoadOptions.builder()
        .progress((what, done, total) -> loading.interrupt())
        .build();
  }

  private static Stream<Fault> faults() {
    return Stream.of(
        Fault.of(
            "blob with a wrong digest", () -> withSecond(flipped()), DigestMismatchException.class),
        Fault.of(
            "short blob",
            () -> withSecond(Arrays.copyOf(SECOND, SECOND.length - 1)),
            DigestMismatchException.class),
        Fault.of(
            "long blob",
            () -> withSecond(Arrays.copyOf(SECOND, SECOND.length + 1)),
            DigestMismatchException.class),
        Fault.of(
            "blob that is shorter than promised",
            () -> wrongSize(1),
            DigestMismatchException.class),
        Fault.of(
            "blob that is longer than promised",
            () -> wrongSize(-1),
            DigestMismatchException.class),
        Fault.of("wrong diff id", LoadFailureTest::wrongDiffId, DigestMismatchException.class),
        Fault.of("truncated gzip", LoadFailureTest::truncatedGzip, MalformedImageException.class),
        Fault.of("malformed tar", LoadFailureTest::malformedTar, MalformedImageException.class),
        Fault.of(
            "missing blob", () -> good().without(Digest.sha256(SECOND)), NotFoundException.class),
        Fault.of(
            "hard link to nothing",
            LoadFailureTest::danglingHardLink,
            MalformedImageException.class),
        new Fault(
            "limit exceeded",
            LoadFailureTest::good,
            LoadFailureTest::limited,
            LimitExceededException.class),
        new Fault(
            "cancelled",
            LoadFailureTest::good,
            LoadFailureTest::cancelling,
            CancellationException.class),
        new Fault(
            "interrupted before",
            LoadFailureTest::good,
            LoadFailureTest::interruptedBefore,
            InterruptedIOException.class),
        new Fault(
            "interrupted midway",
            LoadFailureTest::good,
            LoadFailureTest::interruptedMidway,
            InterruptedIOException.class));
  }

  /** Each on one of the hosts in each build, on all at full {@link Scale}. */
  private static Stream<Arguments> faultsOnHosts() {
    Random random = Seed.random(LoadFailureTest.class);
    return faults().flatMap(fault -> {
      int drawn = random.nextInt(Host.values().length);
      return Scale.share(List.of(Host.values()), drawn, Host.values().length).stream()
          .map(host -> Arguments.of(host, fault));
    });
  }

  @DisplayName(
      "OIL-09: a blob that does not match its digest, or anything else wrong, leaves no trace")
  @ParameterizedTest
  @MethodSource("faultsOnHosts")
  void failedLoadLeavesNoTrace(Host host, Fault fault) throws IOException {
    Path source = fault.source().get().write(temporary.resolve("faulty"));
    try (LayerStore store = openWithBase(host)) {
      Map<String, String> before = files(store);
      boolean interrupted;
      try {
        LoadOptions options = fault.options().get();
        Exception thrown = assertThrows(Exception.class, () -> store.load(source, options));
        interrupted = Thread.interrupted();
        assertEquals(fault.thrown(), thrown.getClass(), thrown::toString);
      } finally {
        Thread.interrupted(); // or a failure here would make later tests fail
      }
      assertEquals(fault.thrown() == InterruptedIOException.class, interrupted);
      assertEquals(before, files(store));
      store.load(good().write(temporary.resolve("good")));
      assertEquals(2, store.images().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void imageThatIsThereIsNotWrittenAgain(Host host) throws IOException {
    Path source = good().write(temporary.resolve("good"));
    try (LayerStore store = openWithBase(host)) {
      store.load(source);
      Map<String, String> before = files(store);
      store.load(source);
      assertEquals(before, files(store));
    }
  }

  @ParameterizedTest
  @EnumSource
  void loadingAgainHealsABlobOfAnotherLength(Host host) throws IOException {
    Path source = good().write(temporary.resolve("good"));
    try (LayerStore store = openWithBase(host)) {
      Image image = store.load(source).get(0);
      Map<String, String> before = files(store);
      Path blobs = store.directory().resolve("blobs/sha256");
      for (Descriptor layer : image.manifest().layers()) {
        Files.write(blobs.resolve(layer.digest().encoded()), new byte[3]);
      }
      Files.write(blobs.resolve(image.manifest().config().digest().encoded()), new byte[0]);
      store.load(source);
      assertEquals(before, files(store));
    }
  }

  /** The calling thread merges the layers, through channels that an interrupt closes. */
  @ParameterizedTest
  @EnumSource
  void interruptWhileMergingIsAnInterruption(Host host) throws IOException {
    try (LayerStore store = openWithBase(host)) {
      Path trees = store.directory().resolve("layerfs/trees");
      try (Stream<Path> tree = Files.list(trees)) {
        Files.delete(tree.findFirst().orElseThrow());
      }
      Map<String, String> before = files(store);
      LoadOptions options = interruptedMidway();
      try {
        assertThrows(
            InterruptedIOException.class, () -> store.load(temporary.resolve("base"), options));
      } finally {
        Thread.interrupted();
      }
      assertEquals(before, files(store));
    }
  }

  /** When everything is in place and only the list of images is not written yet. */
  @ParameterizedTest
  @EnumSource
  void interruptWhileNamingLeavesNoTrace(Host host) throws IOException {
    try (LayerStore store = openWithBase(host);
        Store engine = Store.open(store.directory(), false);
        Ingest ingest = engine.ingest(Limits.DEFAULT)) {
      Map<String, String> before = files(store);
      TestImage image = goodThree();
      byte[] content = image.manifest().bytes();
      Descriptor manifest = image.manifest().descriptor();
      ingest.document(manifest, content);
      boolean interrupted;
      try {
        assertThrows(
            ClosedByInterruptException.class,
            () -> ingest.commit(list -> {
              Thread.currentThread().interrupt();
              return list.with(manifest);
            }));
      } finally {
        interrupted = Thread.interrupted();
      }
      assertTrue(interrupted);
      ingest.close();
      assertEquals(before, files(store));
    }
  }

  private LayerStore openWithBase(Host host) throws IOException {
    LayerStore store =
        host == Host.DISK ? LayerStore.open(temporary.resolve("store")) : LayerStore.inMemory();
    store.load(new TestLayout()
        .image("debian:12", new TestImage().layer(BASE))
        .write(temporary.resolve("base")));
    return store;
  }

  /** The files by path, with size and digest; that of the locks has no content that means anything. */
  private static Map<String, String> files(LayerStore store) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(store.directory())) {
      for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
        String path = store.directory().relativize(file).toString();
        if (!path.startsWith("layerfs/locks/")) {
          byte[] content = Files.readAllBytes(file);
          files.put(path, content.length + " " + Digest.sha256(content));
        }
      }
    }
    return files;
  }

  /** Its layers are not read before they are loaded, so what the config says of them must be checked then. */
  @Test
  void row68DockerArchiveMustKeepThePromisesOfItsConfig() throws IOException {
    byte[] layer = new TarBuilder().file("a", "content").build();
    for (boolean kept : List.of(true, false)) {
      Digest promised = kept ? Digest.sha256(layer) : Digest.sha256(new byte[1]);
      String config =
          "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
              + "\"diff_ids\":[\"" + promised + "\"]}}";
      byte[] archive = new TarBuilder()
          .file("manifest.json", "[{\"Config\":\"c\",\"RepoTags\":[\"x:1\"],\"Layers\":[\"l\"]}]")
          .file("c", config)
          .file("l", layer)
          .build();
      InputStream source = new ByteArrayInputStream(archive);
      LoadOptions amd64 =
          LoadOptions.builder().platform(Platform.of("linux", "amd64")).build();
      try (LayerStore store = LayerStore.inMemory()) {
        if (kept) {
          try (Rootfs rootfs = store.load(source, amd64).get(0).open()) {
            assertEquals("content", Files.readString(rootfs.root().resolve("a")));
          }
        } else {
          assertThrows(DigestMismatchException.class, () -> store.load(source, amd64));
          assertEquals(List.of(), store.images());
        }
      }
    }
  }
}
