package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.MediaType.LayerCompression;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits of containers, the same on a disk and in memory. */
abstract class CommitContract {
  private static final int TREES = Scale.of(4, 10);

  @TempDir
  Path temporary;

  LayerStore store;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void load() throws IOException {
    store = openStore();
    TarBuilder first = new TarBuilder()
        .directory("etc/")
        .file("etc/motd", "hello")
        .file("etc/passwd", "root")
        .directory("a/")
        .directory("a/b/")
        .file("a/b/c", "deep")
        .file("linked", "one inode")
        .hardLink("a/linked", "linked")
        .symlink("link", "etc/motd");
    TarBuilder second =
        new TarBuilder().directory("d/").file("d/e", "e").whiteout("etc/", "passwd");
    TestImage image = new TestImage().layer(first).layer(second);
    store.load(new TestLayout().image("base:1", image).write(temporary.resolve("layout")));
    store.load(new TestLayout()
        .image("below:1", new TestImage().layer(first))
        .write(temporary.resolve("below")));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Container container() throws IOException {
    return store.create(
        store.image("base:1"), ContainerOptions.builder().ephemeral().build());
  }

  private static Map<String, String> tree(Rootfs rootfs) throws IOException {
    return TreeDump.of(rootfs.posix());
  }

  private static Map<String, String> tree(Image image) throws IOException {
    try (Rootfs rootfs = image.open()) {
      return tree(rootfs);
    }
  }

  @Test
  void theImageIsTheTreeThatTheContainerWas() throws IOException {
    long seed = new Random().nextLong();
    for (int i = 0; i < TREES; i++) {
      try (Container container = container()) {
        new RandomChangesOfTree(container.posix(), seed + i).run(60);
        Image image = container.commit("random:" + i);
        assertEquals(tree(container), tree(image), "seed " + (seed + i));
        assertEquals(3, image.layers().size());
      }
    }
  }

  @Test
  void squashedImagesAreTheSameTree() throws IOException {
    long seed = new Random().nextLong();
    Image below = store.image("below:1");
    for (int i = 0; i < TREES; i++) {
      try (Container container = container()) {
        new RandomChangesOfTree(container.posix(), seed + i).run(60);
        Image one = container.commit("one:1", CommitOptions.builder().squash().build());
        assertEquals(tree(container), tree(one), "squash, seed " + (seed + i));
        assertEquals(1, one.layers().size());
        Image two =
            container.commit("two:1", CommitOptions.builder().squashAbove(below).build());
        assertEquals(tree(container), tree(two), "above, seed " + (seed + i));
        assertEquals(below.config().diffIds().get(0), two.config().diffIds().get(0));
        assertEquals(2, two.layers().size());
      }
    }
  }

  /** A file's inode number stays what it is in the image, so it says nothing of its content. */
  @Test
  void contentThatAttributesHideIsFoundAboveAnImage() throws IOException {
    Image below = store.image("below:1");
    CommitOptions options = CommitOptions.builder().squashAbove(below).build();
    try (Container container = container()) {
      Path file = container.root().resolve("etc/motd");
      FileTime time = Files.getLastModifiedTime(file);
      Files.writeString(file, "HELLO");
      Files.setLastModifiedTime(file, time);
      Image squashed = container.commit("two:1", options);
      assertEquals(tree(container), tree(squashed));
    }
  }

  @Test
  void anImageThatTheContainersWasNotMadeOfIsRefused() throws IOException {
    try (Container container = container()) {
      Files.createFile(container.root().resolve("new"));
      Image other = container.commit("other:1", CommitOptions.builder().squash().build());
      CommitOptions options = CommitOptions.builder().squashAbove(other).build();
      assertThrows(IllegalArgumentException.class, () -> container.commit("no:1", options));
    }
  }

  /** What comes of the container's files at once is what comes of the layer's tar when it is loaded. */
  @ParameterizedTest
  @EnumSource(LayerCompression.class)
  void theLayerFileIsThatOfTheTar(LayerCompression compression) throws IOException {
    long seed = new Random().nextLong();
    try (Container container = container();
        LayerStore other = LayerStore.inMemory()) {
      new RandomChangesOfTree(container.posix(), seed).run(100);
      Image image = container.commit(
          "random:1", CommitOptions.builder().compression(compression).build());
      LayerInfo made = image.layers().get(2);
      assertEquals(MediaType.layer(compression), made.blob().mediaType());
      Image loaded = other
          .load(
              store.directory(),
              LoadOptions.builder().select(image.names().get(0)).build())
          .get(0);
      assertEquals(image.digest(), loaded.digest());
      assertEquals(made, loaded.layers().get(2), "seed " + seed);
      assertArrayEquals(layerFile(store, made), layerFile(other, made), "seed " + seed);
    }
  }

  private static byte[] layerFile(LayerStore store, LayerInfo layer) throws IOException {
    String name = layer.diffId().digest().encoded();
    return Files.readAllBytes(
        store.directory().resolve("layerfs/layers").resolve(name).resolve("layer.erofs"));
  }

  @Test
  void theSameContentGivesTheSameImage() throws IOException {
    try (Container container = container()) {
      new RandomChangesOfTree(container.posix(), 1).run(50);
      Image image = container.commit("first:1");
      assertEquals(image, container.commit("second:1"));
      assertEquals(
          List.of("docker.io/library/first:1", "docker.io/library/second:1"),
          store.image("second:1").names());
    }
  }

  @Test
  void nothingChangedMakesNoLayer() throws IOException {
    try (Container container = container()) {
      Image image =
          container.commit("same:1", CommitOptions.builder().message("nothing").build());
      assertEquals(store.image("base:1").config().diffIds(), image.config().diffIds());
      ImageConfig.History step = image.config().history().get(0);
      assertTrue(step.emptyLayer());
      assertEquals(Optional.of("nothing"), step.comment());
    }
  }

  @Test
  void changesAreTheLayersEntries() throws IOException {
    try (Container container = container()) {
      Path root = container.root();
      Files.delete(root.resolve("d/e"));
      Files.writeString(root.resolve("a/b/new"), "new");
      Image image = container.commit("changed:1");
      assertEquals(5, image.layers().get(2).entries(), "a, a/b, a/b/new, d, d/.wh.e");
      assertEquals(
          List.of("C /a", "C /a/b", "A /a/b/new", "C /d", "D /d/e"),
          image.changesFrom(store.image("base:1")).map(Change::toString).toList());
    }
  }

  @Test
  void aContainerThatWasJustOpenedIsCommitted() throws IOException {
    String id;
    Map<String, String> before;
    try (Container container = store.create(store.image("base:1"))) {
      id = container.info().id();
      Files.delete(container.root().resolve("d/e"));
      Files.writeString(container.root().resolve("a/b/new"), "new");
      before = tree(container);
    }
    try (Container container = store.open(id)) {
      assertEquals(before, tree(container.commit("opened:1")));
      assertEquals(before, tree(container));
    }
  }

  @Test
  void changesSayWhatIsDifferent() throws IOException {
    try (Container container = container()) {
      PosixView view = container.posix();
      Node etc = view.lookup(view.root(), Name.of("etc"));
      Node motd = view.lookup(etc, Name.of("motd"));
      view.chmod(motd, 0600);
      view.chown(etc, 1, 1);
      Files.writeString(container.root().resolve("d/e"), "longer");
      view.setXattr(
          view.lookup(view.root(), Name.of("linked")),
          Name.of("user.x"),
          new byte[1],
          XattrFlag.SET);
      assertEquals(
          List.of(
              "C /a []",
              "C /a/linked [XATTRS]",
              "C /d []",
              "C /d/e [TIME, CONTENT]",
              "C /etc [OWNER]",
              "C /etc/motd [MODE]",
              "C /linked [XATTRS]"),
          container
              .changes()
              .map(change -> change + " " + change.aspects().stream().sorted().toList())
              .toList());
    }
  }

  @Test
  void namesOfAnInodeOfTheImageStayTogether() throws IOException {
    try (Container container = container()) {
      Path root = container.root();
      Files.createLink(root.resolve("third"), root.resolve("linked"));
      Image image = container.commit("links:1");
      try (Rootfs rootfs = image.open()) {
        PosixView view = rootfs.posix();
        Node node = view.lookup(view.root(), Name.of("third"));
        assertEquals(3, view.stat(node).links());
        assertEquals(view.lookup(view.root(), Name.of("linked")), node);
      }
    }
  }

  @Test
  void socketsAreLeftOutAndReported() throws IOException {
    try (Container container = container()) {
      PosixView view = container.posix();
      view.create(view.root(), Name.of("run.sock"), FileType.SOCKET, 0600, 0, 0);
      Image image = container.commit("socket:1");
      assertEquals(
          List.of("left out the socket /run.sock"), image.layers().get(2).notes());
      assertFalse(tree(image).containsKey("/run.sock"));
    }
  }

  @Test
  void row109WhatALayerCantSayIsRefusedAndNothingIsLeft() throws IOException {
    try (Container container = container()) {
      Files.createFile(container.root().resolve("a/.wh.b"));
      StoreUsage before = store.maintenance().usage();
      UnsupportedImageException e =
          assertThrows(UnsupportedImageException.class, () -> container.commit("no:1"));
      assertTrue(e.getMessage().contains("/a/.wh.b"), e.getMessage());
      assertEquals(before.blobBytes(), store.maintenance().usage().blobBytes());
      assertEquals(before.layers(), store.maintenance().usage().layers());
      assertEquals(2, store.images().size());
    }
  }

  @Test
  void timesAreClamped() throws IOException {
    Instant epoch = Instant.ofEpochSecond(1_000_000_000);
    try (Container container = container()) {
      Path root = container.root();
      Files.writeString(root.resolve("late"), "late");
      Files.writeString(root.resolve("early"), "early");
      Files.setLastModifiedTime(root.resolve("early"), FileTime.fromMillis(5));
      Image image =
          container.commit("epoch:1", CommitOptions.builder().epoch(epoch).build());
      assertEquals(Optional.of(epoch), image.config().created());
      try (Rootfs rootfs = image.open()) {
        Path copy = rootfs.root();
        assertEquals(FileTime.from(epoch), Files.getLastModifiedTime(copy.resolve("late")));
        assertEquals(FileTime.from(epoch), Files.getLastModifiedTime(copy));
        assertEquals(FileTime.fromMillis(5), Files.getLastModifiedTime(copy.resolve("early")));
      }
    }
  }

  @Test
  void theConfigIsThatOfTheImageWithTheChanges() throws IOException {
    try (Container container = container()) {
      Files.createFile(container.root().resolve("new"));
      CommitOptions options = CommitOptions.builder()
          .author("Ann")
          .message("new file")
          .config(config -> config.env("A", "b").cmd(List.of("sh", "-c", "true")))
          .config(config -> config.user("1000").label("k", "v").exposePort("80").volume("/data"))
          .build();
      ImageConfig config = container.commit("config:1", options).config();
      assertEquals(List.of("A=b"), config.env());
      assertEquals(List.of("sh", "-c", "true"), config.cmd());
      assertEquals(Optional.of("1000"), config.user());
      assertEquals(Map.of("k", "v"), config.labels());
      assertEquals(List.of("80/tcp"), List.copyOf(config.exposedPorts()));
      assertEquals(List.of("/data"), List.copyOf(config.volumes()));
      assertEquals(Optional.of("Ann"), config.author());
      assertEquals(Optional.of("new file"), config.history().get(0).comment());
    }
  }

  @Test
  void anImageOfAnImageOfAContainer() throws IOException {
    Image image;
    try (Container container = container()) {
      Files.writeString(container.root().resolve("one"), "1");
      image = container.commit("step:1");
    }
    try (Container container =
        store.create(image, ContainerOptions.builder().ephemeral().build())) {
      Files.delete(container.root().resolve("one"));
      Files.writeString(container.root().resolve("two"), "2");
      Image next = container.commit("step:2");
      assertEquals(tree(container), tree(next));
      assertEquals(4, next.layers().size());
    }
  }

  /** The second file always follows the first, so an image in which it is ahead was never there. */
  @Test
  void whatIsCommittedWasThereAtOneMoment() throws Exception {
    try (Container container = container()) {
      Path first = container.root().resolve("a/first");
      Path second = container.root().resolve("d/second");
      Files.writeString(first, "0");
      Files.writeString(second, "0");
      AtomicBoolean done = new AtomicBoolean();
      Thread writer = new Thread(() -> write(first, second, done));
      writer.start();
      try {
        int last = -1;
        for (int i = 0; i < 10; i++) {
          Image image = container.commit("moment:" + i);
          try (Rootfs rootfs = image.open()) {
            int a = number(rootfs.root().resolve("a/first"));
            int b = number(rootfs.root().resolve("d/second"));
            assertTrue(a == b || a == b + 1, a + " and " + b);
            assertTrue(last <= b);
            last = b;
          }
        }
      } finally {
        done.set(true);
        writer.join();
      }
    }
  }

  private static void write(Path first, Path second, AtomicBoolean done) {
    try {
      for (int i = 1; !done.get(); i++) {
        replace(first, i);
        replace(second, i);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void replace(Path file, int number) throws IOException {
    Path next = file.resolveSibling("next");
    Files.writeString(next, Integer.toString(number));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static int number(Path file) throws IOException {
    return Integer.parseInt(Files.readString(file));
  }

  @Test
  @DisplayName("IDX-13, IDX-14: an index names the platforms of its manifests")
  void imagesForSeveralPlatformsGoIntoOneIndex() throws IOException {
    TestImage arm = new TestImage().architecture("arm64").layer(new TarBuilder().file("a", "arm"));
    store.load(new TestLayout().image("arm:1", arm).write(temporary.resolve("arm")));
    List<Image> images = List.of(store.image("base:1"), store.image("arm:1"));
    store.index("multi:1", images);
    assertTrue(images.contains(store.image("multi:1")));
    assertNotEquals(images.get(0), images.get(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> store.index("twice:1", List.of(images.get(0), store.image("below:1"))));
    store.remove("arm:1");
    assertEquals(
        List.of("docker.io/library/multi:1"),
        store.image(images.get(1).digest().toString()).names());
  }
}
