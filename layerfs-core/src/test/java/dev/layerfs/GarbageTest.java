package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.StoreObject.Kind;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What garbage collection finds and takes, what keeps it from knowing, why things are kept, and what they take. */
final class GarbageTest {
  private static final StoreOptions FAST = StoreOptions.builder().unsafeNoSync().build();

  @TempDir
  Path temporary;

  private Path directory;
  private LayerStore store;
  private Image one;

  @BeforeEach
  void load() throws IOException {
    directory = temporary.resolve("store");
    store = LayerStore.open(directory, FAST);
    one = load("one");
    load("two");
  }

  /** An image of a layer that all have, and one of its own. */
  private Image load(String name) throws IOException {
    TestImage image = new TestImage()
        .layer(new TarBuilder().directory("etc/").file("etc/base", "base"))
        .layer(new TarBuilder().file("etc/motd", name));
    Path layout = new TestLayout().image(name, image).write(temporary.resolve("layout-" + name));
    return store.load(layout).get(0);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** As another tool removes an image: it takes it out of the list. */
  private void forget(String name) throws IOException {
    Path list = directory.resolve(ImageLayout.INDEX_FILE);
    Index index = Index.parse(Files.readAllBytes(list), MediaType.OCI_INDEX, Limits.DEFAULT);
    Files.write(
        list,
        index
            .withManifests(index.manifests().stream()
                .filter(entry -> !entry.annotations().toString().contains("/" + name + ":"))
                .toList())
            .bytes());
  }

  private long bytesOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }

  private static void flipFirst(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void thePlanIsWhatIsDone() throws IOException {
    assertEquals(new GcPlan(List.of(), List.of(), 0), store.maintenance().planGc());
    Digest strange = Digest.sha256(new byte[1]);
    Files.write(directory.resolve("blobs/sha256").resolve(strange.encoded()), new byte[1000]);
    Files.write(directory.resolve("blobs/sha256/strange"), new byte[10]);
    forget("one");
    long before = bytesOnDisk();
    GcPlan plan = store.maintenance().planGc();
    assertEquals(before, bytesOnDisk(), "nothing was done");
    assertEquals(
        Set.of(Kind.BLOB, Kind.LAYER, Kind.TREE, Kind.FILE),
        plan.garbage().stream().map(found -> found.subject().kind()).collect(Collectors.toSet()));
    assertEquals(
        1, plan.garbage().stream().filter(f -> f.subject().kind() == Kind.LAYER).count());
    assertEquals(
        plan.bytes(), plan.garbage().stream().mapToLong(GcPlan.Garbage::bytes).sum());
    assertEquals(plan, store.maintenance().gc());
    assertEquals(before - plan.bytes(), bytesOnDisk());
    assertEquals(0, store.maintenance().planGc().bytes());
    assertEquals("two", motd("two"));
  }

  private String motd(String image) throws IOException {
    try (Rootfs root = store.image(image).open()) {
      return Files.readString(root.root().resolve("etc/motd"));
    }
  }

  @Test
  void aDamagedContainerRecordKeepsImagesAndNothingElse() throws IOException {
    String container;
    try (Container made = store.create(one)) {
      container = made.info().id();
      made.checkpoint();
    }
    forget("one");
    Path record =
        directory.resolve("layerfs/containers").resolve(container).resolve("container.json");
    byte[] good = Files.readAllBytes(record);
    Files.write(record, new byte[0]);
    Path garbage =
        directory.resolve("blobs/sha256").resolve(Digest.sha256(new byte[0]).encoded());
    Files.write(garbage, new byte[0]);
    GcPlan done = store.maintenance().gc();
    assertFalse(Files.exists(garbage));
    assertEquals(List.of(new StoreObject(Kind.CONTAINER, container)), objects(done));
    Files.write(record, good);
    try (Container again = store.open(container)) {
      assertEquals("one", Files.readString(again.root().resolve("etc/motd")), "all of it is kept");
    }
    assertEquals(0, store.maintenance().gc().garbage().size());
  }

  private static List<StoreObject> objects(GcPlan plan) {
    return plan.obstacles().stream().map(GcPlan.Obstacle::subject).toList();
  }

  @Test
  void aDamagedManifestKeepsWhatItMayName() throws IOException {
    Path manifest = directory.resolve("blobs/sha256").resolve(one.digest().encoded());
    flipFirst(manifest);
    GcPlan plan = store.maintenance().gc();
    assertEquals(List.of(), plan.garbage());
    assertEquals(List.of(new StoreObject(Kind.BLOB, one.digest().toString())), objects(plan));
    flipFirst(manifest);
    assertEquals("one", motd("one"));
  }

  @Test
  void saysWhyALayerIsKept() throws IOException {
    store.tag("two", "three");
    Digest shared = one.layers().get(0).diffId().digest();
    Digest own = one.layers().get(1).diffId().digest();
    Explanation explanation = explain(own.toString());
    assertEquals(new StoreObject(Kind.LAYER, own.toString()), explanation.subject());
    StoreObject image = new StoreObject(Kind.IMAGE, "docker.io/library/one:latest");
    StoreObject manifest = new StoreObject(Kind.BLOB, one.digest().toString());
    assertEquals(List.of(List.of(image, manifest, explanation.subject())), explanation.reasons());
    assertFalse(explanation.freed().contains(new StoreObject(Kind.LAYER, shared.toString())));
    assertEquals(3, explain(shared.encoded().substring(0, 12)).reasons().size());
  }

  private Explanation explain(String text) throws IOException {
    List<Explanation> all = store.maintenance().explain(text);
    assertEquals(1, all.size(), all::toString);
    return all.get(0);
  }

  @Test
  void saysWhatARemovalWouldFree() throws IOException {
    long promised = explain("one").freedBytes();
    Explanation twice = explain("two");
    store.tag("two", "three");
    assertEquals(0, explain("two").freedBytes(), "the other name keeps it");
    assertTrue(twice.freedBytes() > 0);
    assertEquals(promised, store.remove("one").freedBytes());
  }

  @Test
  void saysWhyAContainerIsKeptAndThatItKeepsItsImage() throws IOException {
    String container;
    try (Container made =
        store.create(one, ContainerOptions.builder().name("web").build())) {
      Files.write(made.root().resolve("big"), new byte[5000]);
      container = made.info().id();
    }
    Explanation explanation = explain("web");
    StoreObject object = new StoreObject(Kind.CONTAINER, container);
    assertEquals(List.of(List.of(object)), explanation.reasons());
    assertEquals(List.of(object), explanation.freed());
    assertTrue(explanation.freedBytes() >= 5000);
    assertEquals(0, explain("one").freedBytes(), "the container needs the image");
    assertEquals(2, explain(one.digest().toString()).reasons().size());
  }

  @Test
  void saysWhoHasAVolume() throws IOException {
    try (Rootfs volume = store.volumes().create("data").open()) {
      Files.write(volume.root().resolve("file"), new byte[5000]);
    }
    StoreObject object = new StoreObject(Kind.VOLUME, "data");
    Explanation alone = explain("data");
    assertEquals(object, alone.subject());
    assertEquals(List.of(List.of(object)), alone.reasons());
    assertEquals(List.of(object), alone.freed());
    String container;
    ContainerOptions options =
        ContainerOptions.builder().volume("data", "/data").build();
    try (Container made = store.create(one, options)) {
      container = made.info().id();
    }
    StoreObject user = new StoreObject(Kind.CONTAINER, container);
    assertEquals(List.of(List.of(user, object)), explain("data").reasons());
    assertTrue(alone.freedBytes() >= 5000);
    store.removeContainer(container);
    assertEquals(alone.freedBytes(), store.volumes().remove("data").freedBytes());
    assertThrows(NotFoundException.class, () -> store.maintenance().explain("data"));
  }

  @Test
  void whatNothingNeedsHasNoReason() throws IOException {
    Digest strange = Digest.sha256(new byte[1]);
    Files.write(directory.resolve("blobs/sha256").resolve(strange.encoded()), new byte[1000]);
    Explanation explanation = explain(strange.toString());
    assertEquals(List.of(), explanation.reasons());
    assertEquals(1000, explanation.freedBytes());
    assertThrows(NotFoundException.class, () -> store.maintenance().explain("nothing"));
    assertThrows(NotFoundException.class, () -> store.maintenance().explain("ffffffffffffffff"));
  }

  @Test
  void spaceIsWhatIsOnDisk() throws IOException {
    try (Container container = store.create(one)) {
      Files.write(container.root().resolve("before"), new byte[3000]);
      container.checkpoint();
      Files.write(container.root().resolve("after"), new byte[2000]);
    }
    Files.write(directory.resolve("blobs/sha256/strange"), new byte[10]);
    store.volumes().create("data");
    StoreSpace space = store.maintenance().space();
    assertEquals(bytesOnDisk(), space.totalBytes(), space::toString);
    assertEquals(10, space.reclaimableBytes());
    assertTrue(space.volumeBytes() > 0, "its record");
    StoreUsage usage = store.maintenance().usage();
    assertEquals(usage.blobBytes(), space.blobBytes());
    assertEquals(usage.treeBytes(), space.treeBytes());
    StoreSpace.OfContainer container = space.containers().get(0);
    assertTrue(container.exclusiveBytes() >= 5000, space::toString);
    assertEquals(0, container.sharedBytes());
  }

  @Test
  void imagesHaveTheirOwnAndShare() throws IOException {
    store.tag("one", "again");
    StoreSpace space = store.maintenance().space();
    assertEquals(2, space.images().size());
    StoreSpace.OfImage first = space.images().get(0);
    StoreSpace.OfImage second = space.images().get(1);
    assertEquals(2, first.names().size(), space::toString);
    assertEquals(first.sharedBytes(), second.sharedBytes(), "the layer that both have");
    assertEquals(
        space.blobBytes() + space.layerBytes() + space.treeBytes(),
        first.exclusiveBytes() + second.exclusiveBytes() + first.sharedBytes());
  }

  @Test
  void forksShareWhatWasWrittenBefore() throws IOException {
    try (Container parent = store.create(one)) {
      Files.write(parent.root().resolve("before"), new byte[3000]);
      parent.fork(ContainerOptions.DEFAULT).close();
    }
    for (StoreSpace.OfContainer container : store.maintenance().space().containers()) {
      assertTrue(container.sharedBytes() >= 3000);
    }
  }
}
