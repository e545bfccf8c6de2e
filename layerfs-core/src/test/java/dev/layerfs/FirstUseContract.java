package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docker documents of the first use of a volume, and of the volumes that images declare; row by row of docs/volumes.md. */
abstract class FirstUseContract {
  @TempDir
  Path temporary;

  private LayerStore store;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void open() throws IOException {
    store = openStore();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Image image(TestImage made) throws IOException {
    Path layout = Files.createTempDirectory(temporary, "layout");
    return store.load(new TestLayout().image("test:1", made).write(layout)).get(0);
  }

  private Image image(TarBuilder layer) throws IOException {
    return image(new TestImage().layer(layer));
  }

  private static TarBuilder data() {
    return new TarBuilder().directory("data/").file("data/from", "image");
  }

  private Container create(Image image, VolumeMount mount) throws IOException {
    return store.create(image, ContainerOptions.builder().volume(mount).build());
  }

  private List<String> content(String volume) throws IOException {
    try (Rootfs root = store.volumes().get(volume).open();
        Stream<Path> files = Files.walk(root.root())) {
      return files
          .map(Path::toString)
          .filter(path -> path.length() > 1)
          .sorted()
          .toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> attributes(Path file) throws IOException {
    String names = "unix:mode,uid,gid,size,lastModifiedTime,nlink,rdev";
    return new HashMap<>(Files.readAttributes(file, names, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void emptyVolumeGetsWhatTheImageHas() throws IOException {
    create(image(data()), VolumeMount.named("one", "/data")).close();
    assertEquals(List.of("/from"), content("one"));
  }

  @Test
  void ownersModesTimesAttributesAndLinksAreCopied() throws IOException {
    TarBuilder tar = new TarBuilder()
        .add(TarEntryBuilder.directory("data/")
            .mode(02750)
            .owner(7, 8)
            .mtime(1_000_000_000, 5)
            .xattr("user.note", bytes("hi")))
        .add(TarEntryBuilder.file("data/a", bytes("content"))
            .mode(04711)
            .owner(1000, 100)
            .mtime(1_100_000_000, 7)
            .xattr("user.note", bytes("there")))
        .hardLink("data/b", "data/a")
        .symlink("data/link", "../etc/passwd")
        .add(TarEntryBuilder.directory("data/sub/").mode(0700).owner(3, 4))
        .add(TarEntryBuilder.file("data/sub/c", bytes("c")).mode(0600).owner(5, 6));
    Image image = image(tar);
    try (Container container = create(image, VolumeMount.named("one", "/data"));
        Rootfs original = image.open()) {
      for (String name :
          List.of("data", "data/a", "data/b", "data/link", "data/sub", "data/sub/c")) {
        Map<String, Object> expected = attributes(original.root().resolve(name));
        Map<String, Object> found = attributes(container.root().resolve(name));
        if (Files.isDirectory(original.root().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          expected.keySet().removeAll(List.of("nlink", "size"));
          found.keySet().removeAll(List.of("nlink", "size"));
        }
        assertEquals(expected, found, name);
      }
      Path data = container.root().resolve("data");
      assertEquals("../etc/passwd", Files.readSymbolicLink(data.resolve("link")).toString());
      assertArrayEquals(
          bytes("there"), (byte[]) Files.getAttribute(data.resolve("b"), "user:note"));
      assertArrayEquals(bytes("hi"), (byte[]) Files.getAttribute(data, "user:note"));
      Files.writeString(data.resolve("a"), "changed");
      assertEquals("changed", Files.readString(data.resolve("b")));
    }
  }

  @Test
  void directoryOfTheImageThatIsEmptyGivesItsAttributes() throws IOException {
    Image image = image(
        new TarBuilder().add(TarEntryBuilder.directory("data/").mode(01770).owner(7, 8)));
    try (Container container = create(image, VolumeMount.named("one", "/data"))) {
      Map<String, Object> found = attributes(container.root().resolve("data"));
      assertEquals(01770, (Integer) found.get("mode") & 07777);
      assertEquals(7, found.get("uid"));
      assertEquals(8, found.get("gid"));
    }
  }

  @Test
  void nothingIsCopiedIfThatIsNotWanted() throws IOException {
    create(image(data()), VolumeMount.named("one", "/data").withoutCopy()).close();
    assertEquals(List.of(), content("one"));
  }

  @Test
  void nothingIsCopiedIntoAVolumeThatHoldsAnything() throws IOException {
    try (Rootfs root = store.volumes().create("one").open()) {
      Files.createFile(root.root().resolve("mine"));
    }
    create(image(data()), VolumeMount.named("one", "/data")).close();
    assertEquals(List.of("/mine"), content("one"));
  }

  @Test
  void secondImageFindsWhatTheFirstHasLeft() throws IOException {
    create(image(data()), VolumeMount.named("one", "/data")).close();
    Image second = image(new TarBuilder().directory("data/").file("data/second", "x"));
    create(second, VolumeMount.named("one", "/data")).close();
    assertEquals(List.of("/from"), content("one"));
  }

  @Test
  void copyHappensWhenTheContainerIsMadeOnly() throws IOException {
    String id;
    try (Container container = create(image(data()), VolumeMount.named("one", "/data"))) {
      id = container.info().id();
      Files.delete(container.root().resolve("data/from"));
    }
    store.open(id).close();
    assertEquals(List.of(), content("one"));
  }

  @Test
  void readOnlyMountIsFilledAllTheSame() throws IOException {
    create(image(data()), VolumeMount.named("one", "/data").asReadOnly()).close();
    assertEquals(List.of("/from"), content("one"));
  }

  @Test
  void placeThatTheImageDoesNotHaveIsMade() throws IOException {
    try (Container container = create(image(data()), VolumeMount.named("one", "/srv/new"))) {
      assertTrue(Files.isDirectory(container.root().resolve("srv/new")));
      try (Stream<Change> changes = container.changes()) {
        assertEquals(
            List.of("A /srv", "A /srv/new"), changes.map(Change::toString).toList());
      }
    }
    assertEquals(List.of(), content("one"));
  }

  @Test
  void fileOfTheImageIsNotCoveredByAVolume() throws IOException {
    Image image = image(new TarBuilder().file("data", "a file"));
    IOException refused =
        assertThrows(IOException.class, () -> create(image, VolumeMount.named("one", "/data")));
    assertTrue(refused.getMessage().contains("/data"), refused.getMessage());
    assertEquals(List.of(), store.containers());
  }

  @Test
  void symlinkOfTheImageIsFollowedInsideTheRoot() throws IOException {
    Image image = image(data().symlink("link", "/../../data").symlink("etc", "../../../nowhere"));
    try (Container container = create(image, VolumeMount.named("one", "/link"))) {
      Files.createFile(container.root().resolve("data/mine"));
    }
    assertEquals(List.of("/from", "/mine"), content("one"));
  }

  @Test
  void hostPathsAndMemoryAreNeverFilled() throws IOException {
    Path bound = Files.createDirectory(temporary.resolve("bound"));
    ContainerOptions options = ContainerOptions.builder()
        .bind(bound, "/data")
        .tmpfs("/data/tmp", 1 << 20)
        .build();
    try (Container container = store.create(image(data()), options)) {
      assertFalse(Files.exists(container.root().resolve("data/from")));
    }
    try (Stream<Path> files = Files.list(bound)) {
      assertEquals(List.of(bound.resolve("tmp")), files.toList());
    }
  }

  private List<String> targets(String... declared) throws IOException {
    Image image = image(new TestImage().volumes(declared).layer(data()));
    List<String> targets = new ArrayList<>();
    try (Container container = store.create(image)) {
      container.info().volumes().forEach(mount -> targets.add(mount.target()));
    }
    return targets;
  }

  @Test
  void row105DeclaredPathsStayInTheRoot() throws IOException {
    Path secret = Files.writeString(temporary.resolve("secret"), "of the host");
    assertEquals(List.of("/data", "/etc"), targets("/../../data", "//etc//.", "data/"));
    String up = "/..".repeat(40);
    assertEquals(List.of(secret.toString()), targets(up + secret));
    for (VolumeInfo info : store.volumes().list()) {
      assertFalse(content(info.name()).contains("/secret"));
    }
  }

  @Test
  void declaredRootIsRefusedUnlessItIsLeftOut() throws IOException {
    for (String root : List.of("/", "/../..", ".", "")) {
      Image image = image(new TestImage().volumes(root).layer(data()));
      assertThrows(UnsupportedImageException.class, () -> store.create(image), root);
      store
          .create(image, ContainerOptions.builder().withoutImageVolumes().build())
          .close();
    }
    assertEquals(List.of(), store.volumes().list());
  }

  @Test
  void declaredVolumeGivesWayToWhatTheContainerWasGiven() throws IOException {
    TestImage declaring =
        new TestImage().volumes("/data", "/link").layer(data().symlink("link", "data"));
    create(image(declaring), VolumeMount.named("mine", "/data")).close();
    assertEquals(
        List.of("mine"), store.volumes().list().stream().map(VolumeInfo::name).toList());
  }

  @Test
  void declaredVolumeIsNotMountedOverAFile() throws IOException {
    Image image = image(new TestImage().volumes("/data/from").layer(data()));
    assertThrows(IOException.class, () -> store.create(image));
    assertEquals(List.of(), store.volumes().list());
  }

  @Test
  void volumesOfTheImageCanBeLeftOut() throws IOException {
    Image image = image(new TestImage().volumes("/data").layer(data()));
    ContainerOptions options = ContainerOptions.builder().withoutImageVolumes().build();
    try (Container container = store.create(image, options)) {
      Files.createFile(container.root().resolve("data/own"));
      assertEquals(2, container.changes().count());
    }
    assertEquals(List.of(), store.volumes().list());
  }
}
