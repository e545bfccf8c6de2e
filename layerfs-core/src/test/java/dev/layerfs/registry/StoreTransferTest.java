package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.ProgressListener;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that pull from a registry and push to it. */
final class StoreTransferTest {
  private static final TarBuilder BASE = new TarBuilder().file("etc/motd", "hello");
  private static final TestImage IMAGE =
      new TestImage().layer(BASE).layer(new TarBuilder().file("one", "1"));
  private static final TestImage ARM = new TestImage().architecture("arm64").layer(BASE);
  private static final Descriptor LAYER = IMAGE.manifest().layers().get(1);
  private static final String BLOBS = "GET /v2/app/blobs/.*";

  @TempDir
  private Path directory;

  private TestRegistry registry;
  private RegistryClient client;
  private LayerStore store;
  private String app = "";

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry().image("app", "1", IMAGE);
    client =
        RegistryClient.open(registry.options().retries(1, Duration.ofNanos(2)).build());
    store = LayerStore.open(directory.resolve("store"));
    app = registry.host() + "/app";
  }

  @AfterEach
  void stop() throws IOException {
    store.close();
    client.close();
    registry.close();
    assertEquals(List.of(), registry.complaints());
  }

  private List<Image> pull(String reference) throws IOException {
    return store.pull(reference, options().build());
  }

  private PullOptions.Builder options() {
    return PullOptions.builder().client(client);
  }

  private PushOptions.Builder to(String destination) {
    return PushOptions.builder().client(client).destination(destination);
  }

  private Index multi() {
    Index index = Index.empty()
        .withManifests(List.of(
            IMAGE.manifest().descriptor().withPlatform(Platform.of("linux", "amd64")),
            ARM.manifest().descriptor().withPlatform(Platform.of("linux", "arm64"))));
    registry.image("app", "arm", ARM).put("app", "multi", index.mediaType(), index.bytes());
    return index;
  }

  /** Every file of the store's layout and of layerfs in it, but for locks and what belongs to this session. */
  private Map<String, Integer> files() throws IOException {
    Map<String, Integer> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(store.directory())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = store.directory().relativize(file).toString();
        if (!name.contains("locks")) {
          files.put(name, Arrays.hashCode(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  @Test
  void anImageHasTheNameItIsPulledBy() throws IOException {
    Image image = pull(app + ":1").get(0);
    assertEquals(List.of(app + ":1"), image.names());
    assertEquals(IMAGE.manifest().descriptor().digest(), image.digest());
    try (Rootfs rootfs = image.open()) {
      assertEquals("hello", Files.readString(rootfs.root().resolve("etc/motd")));
    }
  }

  @Test
  void orTheOneThatIsWanted() throws IOException {
    Image image = store.pull(app + ":1", options().reference("mine").build()).get(0);
    assertEquals(List.of("docker.io/library/mine:latest"), image.names());
  }

  @Test
  void byDigestItHasNoName() throws IOException {
    Digest digest = IMAGE.manifest().descriptor().digest();
    assertEquals(List.of(), pull(app + ":1@" + digest).get(0).names());
  }

  @Test
  void aTagThatHasMovedMovesHere() throws IOException {
    pull(app + ":1");
    registry.image("app", "1", ARM);
    assertEquals(ARM.manifest().descriptor().digest(), pull(app + ":1").get(0).digest());
    assertEquals(ARM.manifest().descriptor().digest(), store.image(app + ":1").digest());
    assertEquals(
        List.of(),
        store.image(IMAGE.manifest().descriptor().digest().toString()).names());
  }

  @DisplayName("a layer is read once, and not if it is there")
  @Test
  void fetchesWhatIsMissing() throws IOException {
    multi();
    pull(app + ":arm");
    pull(app + ":1");
    pull(app + ":1");
    for (Descriptor layer : IMAGE.manifest().layers()) {
      assertEquals(
          1, registry.asked("GET /v2/app/blobs/" + layer.digest()).size(), layer.toString());
    }
  }

  @Test
  void choosesAPlatform() throws IOException {
    multi();
    Platform arm = Platform.of("linux", "arm64");
    Image image = store.pull(app + ":multi", options().platform(arm).build()).get(0);
    assertEquals(ARM.manifest().descriptor().digest(), image.digest());
    assertEquals(List.of(app + ":multi"), image.names());
    PullOptions sparc = options().platform(Platform.of("linux", "sparc64")).build();
    assertThrows(NotFoundException.class, () -> store.pull(app + ":multi", sparc));
  }

  @Test
  void pullsAllPlatformsAndPushesThemAgain() throws IOException {
    Index index = multi();
    assertEquals(2, store.pull(app + ":multi", options().allPlatforms().build()).size());
    String copy = registry.host() + "/copy:2";
    assertEquals(
        index.descriptor().digest(),
        store.push(app + ":multi", to(copy).allPlatforms().build()));
    List<String> puts = registry.asked("PUT /v2/copy/manifests/.*");
    assertEquals(3, puts.size());
    assertEquals("PUT /v2/copy/manifests/2", puts.get(2), "the tag is last");
    assertTrue(registry.asked("POST /v2/copy/.*").stream()
        .allMatch(each -> each.contains("mount=") && each.contains("from=app")));
  }

  @Test
  void pushesThePlatformThatThereIs() throws IOException {
    multi();
    Platform arm = Platform.of("linux", "arm64");
    store.pull(app + ":multi", options().platform(arm).build());
    PushOptions all = to(registry.host() + "/copy:1").allPlatforms().build();
    assertThrows(NotFoundException.class, () -> store.push(app + ":multi", all));
    assertEquals(List.of(), registry.asked("(POST|PUT) .*"));
    PushOptions one = to(registry.host() + "/copy:1").platform(arm).build();
    assertEquals(ARM.manifest().descriptor().digest(), store.push(app + ":multi", one));
  }

  @Test
  void pushesByteForByte() throws IOException {
    store.load(new TestLayout().image("mine:1", IMAGE).write(directory.resolve("layout")));
    Digest pushed = store.push("mine:1", to(registry.host() + "/copy:1").build());
    assertEquals(IMAGE.manifest().descriptor().digest(), pushed);
    assertEquals(List.of("PUT /v2/copy/manifests/1"), registry.asked("PUT /v2/copy/manifests/.*"));
    store.push("mine:1", to(registry.host() + "/copy:2").build());
    assertEquals(3, registry.asked("POST /v2/copy/.*").size(), "nothing is sent twice");
  }

  @Test
  void pushesToTheImagesOwnName() throws IOException {
    String copy = registry.host() + "/copy:1";
    pull(app + ":1");
    store.tag(app + ":1", copy);
    store.push(copy, PushOptions.builder().client(client).build());
    assertTrue(registry.manifests("copy").containsKey("1"));
    String digest = IMAGE.manifest().descriptor().digest().toString();
    PushOptions nowhere = PushOptions.builder().client(client).build();
    assertThrows(IllegalArgumentException.class, () -> store.push(digest, nowhere));
  }

  @Test
  void progressReachesTheTotal() throws IOException {
    long total = IMAGE.manifest().layers().stream().mapToLong(Descriptor::size).sum();
    List<Long> told = new CopyOnWriteArrayList<>();
    ProgressListener listener = (what, done, all) -> told.add(done);
    store.pull(app + ":1", options().progress(listener).build());
    assertEquals(total, told.get(told.size() - 1));
    told.clear();
    store.push(app + ":1", to(registry.host() + "/copy:1").progress(listener).build());
    assertEquals(total + IMAGE.config().length, told.get(told.size() - 1));
  }

  @DisplayName("a blob that is damaged in the store is healed by pulling it again")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void healsWhatIsDamaged(boolean layer) throws IOException {
    pull(app + ":1");
    Digest digest = layer ? LAYER.digest() : IMAGE.manifest().config().digest();
    Path blob = store.directory().resolve("blobs/sha256").resolve(digest.encoded());
    Files.write(blob, new byte[] {1});
    pull(app + ":1");
    assertEquals(digest, Digest.sha256(Files.readAllBytes(blob)));
  }

  @DisplayName("a pull that fails leaves no trace")
  @ParameterizedTest
  @ValueSource(
      strings = {"other content", "shorter", "longer", "missing", "no config", "cancelled"})
  void failsAsAWhole(String how) throws IOException {
    Map<String, Integer> before = files();
    byte[] content = registry.blobs("app").get(LAYER.digest());
    PullOptions.Builder options = options();
    Class<? extends Exception> expected = DigestMismatchException.class;
    switch (how) {
      case "other content" -> content[content.length - 1]++;
      case "shorter" -> registry.blobs("app").put(LAYER.digest(), Arrays.copyOf(content, 10));
      case "longer" ->
        registry.blobs("app").put(LAYER.digest(), Arrays.copyOf(content, content.length + 1));
      case "no config" -> {
        registry.blobs("app").remove(IMAGE.manifest().config().digest());
        expected = NotFoundException.class;
      }
      case "cancelled" -> {
        options.progress((what, done, total) -> {
          throw new CancellationException();
        });
        expected = CancellationException.class;
      }
      default -> {
        registry.blobs("app").remove(LAYER.digest());
        expected = NotFoundException.class;
      }
    }
    assertThrows(expected, () -> store.pull(app + ":1", options.build()));
    if (how.equals("other content")) {
      content[content.length - 1]--;
    }
    assertEquals(before, files());
  }

  @Test
  void anInterruptEndsAPull() throws Exception {
    registry.fault(BLOBS, exchange -> {
      registry.hang();
      return true;
    });
    Map<String, Integer> before = files();
    Thread puller = Thread.currentThread();
    Thread interrupter = new Thread(() -> {
      while (registry.asked(BLOBS).isEmpty()) {
        Thread.onSpinWait();
      }
      puller.interrupt();
    });
    interrupter.start();
    assertThrows(InterruptedIOException.class, () -> pull(app + ":1"));
    assertTrue(Thread.interrupted());
    interrupter.join();
    assertEquals(before, files());
  }

  @Test
  void aManifestThatMentionsUrlsIsFetchedFromTheRegistryOnly() throws IOException {
    String json = new String(IMAGE.manifest().bytes(), StandardCharsets.UTF_8);
    String layer = "\"digest\":\"" + LAYER.digest() + "\"";
    String withUrls =
        json.replace(layer, layer + ",\"urls\":[\"" + registry.uri("/elsewhere") + "\"]");
    registry.put("app", "urls", MediaType.OCI_MANIFEST, withUrls.getBytes(StandardCharsets.UTF_8));
    registry.blobs("app").remove(LAYER.digest());
    assertThrows(NotFoundException.class, () -> pull(app + ":urls"), "F75: urls are not followed");
    assertEquals(List.of(), registry.asked("GET /elsewhere"));
  }

  @DisplayName(
      "LAY-17: layers that are not to be distributed are fetched, and pushed only if that is wanted")
  @Test
  void layersThatAreNotToBeDistributedStay() throws IOException {
    MediaType type = MediaType.parse("application/vnd.oci.image.layer.nondistributable.v1.tar");
    byte[] tar = new TarBuilder().file("licensed", "x").build();
    registry.image("app", "kept", new TestImage().layer(type, tar, Digest.sha256(tar)));
    pull(app + ":kept");
    registry.blobs("other").put(Digest.sha256(tar), tar); // by agreement, not by us
    store.push(app + ":kept", to(registry.host() + "/other:1").build());
    assertEquals(List.of(), registry.asked(".* /v2/other/blobs/" + Digest.sha256(tar)));
    store.push(
        app + ":kept", to(registry.host() + "/third:1").nonDistributable().build());
    assertTrue(registry.blobs("third").containsKey(Digest.sha256(tar)));
  }

  @DisplayName("F84: what is no reference is not asked for")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "user@host/app",
        "localhost:99999999/app",
        "h\u00f6st.example/app",
        "localhost:5000/../app",
        "localhost:5000/app%2f..",
        "localhost:5000/app\r\nX: y",
        "localhost:5000/App",
        "localhost:5000/app:",
        ""
      })
  void referencesAreChecked(String reference) {
    assertThrows(IllegalArgumentException.class, () -> pull(reference));
    assertThrows(IllegalArgumentException.class, () -> pull(app + "/" + "x".repeat(10_000)));
    assertEquals(List.of(), registry.asked());
  }
}
