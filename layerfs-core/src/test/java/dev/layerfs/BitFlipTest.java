package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.StoreObject.Kind;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every byte of a small store is flipped, one by one: a check names exactly the object that the byte belongs to, everything
 * else stays usable, and a repair or another load puts it right. In each build that is one byte in six thousand, and the first
 * and last ones of each file, at full {@link Scale} one in two hundred; with {@code -Dlayerfs.bitflips=all} it is every byte.
 */
final class BitFlipTest {
  private static final int STRIDE = Scale.of(6007, 211);
  private static final int EDGE = Scale.of(1, 2);
  private static final String DEAD = "0123456789ab";
  private static final StoreOptions FAST = StoreOptions.builder().unsafeNoSync().build();

  /** What reading an image's object again from its source puts right. */
  private static final Set<Kind> LOADED = Set.of(Kind.BLOB, Kind.LAYER, Kind.TREE);

  @TempDir
  Path temporary;

  private Path directory;
  private Path one;
  private Path two;
  private final Map<String, String> ids = new HashMap<>();

  @BeforeEach
  void prepare() throws IOException {
    directory = temporary.resolve("store");
    one = layout("one", new TarBuilder().directory("etc/").file("etc/motd", "one"));
    two = layout("two", new TarBuilder().directory("etc/").file("etc/motd", "two"));
    try (LayerStore store = LayerStore.open(directory, FAST)) {
      store.load(one);
      store.load(two);
      ids.put("one", create(store, "one"));
      ids.put("two", create(store, "two"));
    }
  }

  private Path layout(String name, TarBuilder base) throws IOException {
    TestImage image = new TestImage()
        .layer(base)
        .layer(new TarBuilder().file("etc/" + name, "top").symlink("link", "etc/motd"));
    return new TestLayout().image(name, image).write(temporary.resolve("layout-" + name));
  }

  private static String create(LayerStore store, String name) throws IOException {
    ContainerOptions options = ContainerOptions.builder().name(name).build();
    try (Container container = store.create(store.image(name), options)) {
      Files.writeString(container.root().resolve("etc/before"), name);
      container.checkpoint();
      Files.writeString(container.root().resolve("etc/after"), name);
      Files.delete(container.root().resolve("link"));
      return container.info().id();
    }
  }

  /** What a process has left that died. */
  private void leaveLease() throws IOException {
    Path lease = Files.createDirectories(directory.resolve("layerfs/leases").resolve(DEAD));
    Files.writeString(lease.resolve("session.json"), "half a rec");
    Files.writeString(lease.resolve("use-0"), "half a rec");
  }

  @Test
  void everyByte(TestReporter reporter) throws IOException {
    boolean all = System.getProperty("layerfs.bitflips", "").equals("all");
    int flips = 0;
    int bytes = 0;
    for (Map.Entry<Path, StoreObject> file : files().entrySet()) {
      byte[] good = Files.readAllBytes(file.getKey());
      bytes += good.length;
      for (int i = 0; i < good.length; i++) {
        if (all || i < EDGE || i >= good.length - EDGE || (i + flips) % STRIDE == 0) {
          byte[] bad = good.clone();
          bad[i] ^= (byte) (1 << i % 8);
          damage(file, bad, good, "byte " + i);
          flips++;
        }
      }
    }
    assertTrue(flips > Scale.of(60, 300), "only " + flips);
    reporter.publishEntry("bit flips", flips + " of " + bytes + " bytes");
  }

  /** Bytes of inodes, which opening a tree does not notice: all trees are as small, and laid out in the same way. */
  @Test
  void bytesOfAnImageTreeThatIsOpenedNevertheless() throws IOException {
    for (Map.Entry<Path, StoreObject> file : files().entrySet()) {
      if (file.getValue().kind() == Kind.TREE) {
        byte[] good = Files.readAllBytes(file.getKey());
        for (int i :
            List.of(4224, 4226, 4258)) { // the first is healed by a load, the others by a repair
          byte[] bad = good.clone();
          bad[i] ^= (byte) (1 << i % 8);
          damage(file, bad, good, "byte " + i);
        }
      }
    }
  }

  /** Names and digests in it follow from nothing else: both images depend on every byte. */
  @Test
  void everyByteOfTheListOfImages() throws IOException {
    Path list = directory.resolve("index.json");
    byte[] good = Files.readAllBytes(list);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(list, bad);
      try (LayerStore store = LayerStore.open(directory, FAST)) {
        for (String name : List.of("one", "two")) {
          try (Rootfs image = store.image(name).open()) {
            assertEquals(name, Files.readString(image.root().resolve("etc/motd")), "byte " + i);
          }
        }
      }
    }
  }

  @Test
  void zeroLengthTruncatedAndLongerFiles() throws IOException {
    Random random = Seed.random(BitFlipTest.class);
    for (Map.Entry<Path, StoreObject> file : files().entrySet()) {
      byte[] good = Files.readAllBytes(file.getKey());
      List<Integer> lengths = List.of(0, good.length / 2, good.length - 1, good.length + 1);
      for (int length : Scale.some(lengths, 3, random)) {
        if (!isBeyondRepair(file.getValue())) {
          damage(file, Arrays.copyOf(good, length), good, "length " + length);
        }
      }
    }
  }

  /** Of these only single bits can be put right: nothing has a copy. */
  private static boolean isBeyondRepair(StoreObject object) {
    return object.kind() == Kind.CONTAINER || object.id().equals("layerfs/version.json");
  }

  /** The files of the store whose every byte is known, and what each is a part of. */
  private Map<Path, StoreObject> files() throws IOException {
    Map<Path, StoreObject> objects = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        object(name.split("/"), name).ifPresent(object -> objects.put(file, object));
      }
    }
    assertEquals(
        Set.of(Kind.BLOB, Kind.LAYER, Kind.TREE, Kind.CONTAINER, Kind.CONTAINER_NAME, Kind.FILE),
        objects.values().stream().map(StoreObject::kind).collect(Collectors.toSet()));
    return objects;
  }

  private static Optional<StoreObject> object(String[] names, String path) {
    if (names[0].equals("blobs")) {
      return Optional.of(new StoreObject(Kind.BLOB, names[1] + ':' + names[2]));
    }
    String kind = names.length > 2 ? names[1] : "";
    return switch (kind) {
      case "layers" -> Optional.of(new StoreObject(Kind.LAYER, "sha256:" + names[2]));
      case "trees" ->
        Optional.of(new StoreObject(Kind.TREE, "sha256:" + names[2].replace(".erofs", "")));
      case "names" -> Optional.of(new StoreObject(Kind.CONTAINER_NAME, names[2]));
      case "containers" ->
        names[3].equals("container.json")
            ? Optional.of(new StoreObject(Kind.CONTAINER, names[2]))
            : Optional.empty(); // what was written to it
      case "uppers" -> Optional.empty();
      case "locks", "leases", "staging" -> Optional.empty();
      default -> Optional.of(new StoreObject(Kind.FILE, path));
    };
  }

  private void damage(Map.Entry<Path, StoreObject> file, byte[] bad, byte[] good, String what)
      throws IOException {
    String message = what + " of " + file.getValue();
    leaveLease();
    Files.write(file.getKey(), bad);
    try (LayerStore store = LayerStore.open(directory, FAST)) {
      CheckReport report = store.maintenance().check(CheckOptions.DEFAULT);
      assertEquals(List.of(file.getValue()), damaged(report), () -> message + ": " + report);
      assertOthersAreUsable(store, report, message);
      heal(store, file.getValue(), what);
      CheckReport after = store.maintenance().check(CheckOptions.DEFAULT);
      assertTrue(after.isHealthy(), () -> message + ": " + after);
      assertUsable(store, "one", message);
      assertUsable(store, "two", message);
    }
    if (!file.getValue().id().equals("layerfs/images.json")) { // it says what came before
      assertArrayEquals(good, Files.readAllBytes(file.getKey()), message);
    }
  }

  private void heal(LayerStore store, StoreObject object, String what) throws IOException {
    if (LOADED.contains(object.kind()) && what.hashCode() % 2 == 0) {
      store.load(one);
      store.load(two);
    } else {
      store
          .maintenance()
          .check(CheckOptions.builder().repair().from(one).from(two).build());
    }
  }

  private static List<StoreObject> damaged(CheckReport report) {
    return report.findings().stream()
        .filter(finding -> finding.status() == CheckReport.Status.DAMAGED)
        .map(CheckReport.Finding::subject)
        .toList();
  }

  /** What does not depend on the damaged object. */
  private void assertOthersAreUsable(LayerStore store, CheckReport report, String message)
      throws IOException {
    List<String> affected = new ArrayList<>();
    for (CheckReport.Finding finding : report.findings()) {
      if (finding.status() == CheckReport.Status.DAMAGED) {
        affected.add(finding.subject().id());
        finding.dependents().forEach(dependent -> affected.add(dependent.id()));
      }
    }
    boolean any = false;
    for (String name : List.of("one", "two")) {
      boolean isAffected = affected.contains("docker.io/library/" + name + ":latest")
          || affected.contains(ids.get(name));
      if (!isAffected) {
        any = true;
        assertUsable(store, name, message);
      }
    }
    assertTrue(any, message);
  }

  private static void assertUsable(LayerStore store, String name, String message)
      throws IOException {
    try (Rootfs image = store.image(name).open();
        Container container = store.open(name)) {
      assertEquals(name, Files.readString(image.root().resolve("etc/motd")), message);
      assertEquals(name, Files.readString(container.root().resolve("etc/motd")), message);
      assertEquals(name, Files.readString(container.root().resolve("etc/before")), message);
      assertEquals(name, Files.readString(container.root().resolve("etc/after")), message);
    }
  }
}
