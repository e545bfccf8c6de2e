package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.AlreadyExistsException;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and containers from load to removal, the same on a disk and in memory. */
abstract class LifeCycleContract {
  @TempDir
  Path temporary;

  private LayerStore store;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void load() throws IOException {
    store = openStore();
    TestImage image = new TestImage()
        .layer(new TarBuilder().directory("etc/").file("etc/motd", "hello").file("etc/gone", "x"))
        .layer(new TarBuilder().whiteout("etc/", "gone").symlink("motd", "etc/motd"));
    store.load(new TestLayout().image("debian:12", image).write(temporary.resolve("layout")));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void aNewContainerIsADirectoryAndARecord() throws IOException {
    ContainerOptions lasting = ContainerOptions.builder().build();
    ContainerOptions ephemeral = ContainerOptions.builder().ephemeral().build();
    for (ContainerOptions options : List.of(lasting, ephemeral)) {
      try (Container container = store.create(store.image("debian:12"), options)) {
        Path directory = store
            .directory()
            .resolve("layerfs/containers")
            .resolve(container.info().id());
        assertEquals("hello", Files.readString(container.root().resolve("motd")));
        assertEquals(List.of("container.json"), names(directory));
        Files.writeString(container.root().resolve("new"), "x");
        assertTrue(names(directory).containsAll(List.of("container.json", "upper", "work")));
        assertEquals(
            List.of("etc", "motd", "new"), names(container.root()), "what is beneath shows");
      }
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void imageIsReadInPlace() throws IOException {
    Image image = store.image("debian:12");
    assertEquals(List.of("docker.io/library/debian:12"), image.names());
    assertEquals(2, image.layers().size());
    try (Rootfs root = image.open()) {
      assertEquals("hello", Files.readString(root.root().resolve("motd")));
      assertFalse(Files.exists(root.root().resolve("etc/gone")));
    }
  }

  @Test
  void containerKeepsWhatIsWritten() throws IOException {
    Image image = store.image("debian:12");
    String id;
    try (Container container = store.create(image)) {
      id = container.info().id();
      Files.writeString(container.root().resolve("etc/motd"), "changed");
      Files.writeString(container.root().resolve("new"), "new");
      Files.delete(container.root().resolve("motd"));
      try (Stream<Change> changes = container.changes()) {
        assertEquals(
            List.of("C /etc", "C /etc/motd", "D /motd", "A /new"),
            changes.map(Change::toString).toList());
      }
    }
    try (Container container = store.open(id);
        Container other = store.create(image)) {
      assertEquals("changed", Files.readString(container.root().resolve("etc/motd")));
      assertEquals("hello", Files.readString(other.root().resolve("etc/motd")));
    }
  }

  @Test
  void containerHasOneOpener() throws IOException {
    try (Container container = store.create(
        store.image("debian:12"), ContainerOptions.builder().name("web").build())) {
      InUseException inUse = assertThrows(InUseException.class, () -> store.open("web"));
      assertTrue(inUse.getMessage().contains("this process"), inUse.getMessage());
      assertThrows(InUseException.class, () -> store.reset("web"));
      assertThrows(InUseException.class, () -> store.removeContainer("web"));
      assertTrue(store.container("web").open());
    }
    assertFalse(store.container("web").open());
    store.open("web").close();
  }

  @Test
  void nameIsTakenOnce() throws IOException {
    ContainerOptions web =
        ContainerOptions.builder().name("web").label("a", "b").build();
    Image image = store.image("debian:12");
    store.create(image, web).close();
    assertThrows(AlreadyExistsException.class, () -> store.create(image, web));
    assertEquals("b", store.container("web").labels().get("a"));
    store.removeContainer("web");
    assertThrows(NotFoundException.class, () -> store.container("web"));
    store.create(image, web).close();
  }

  @Test
  void resetForgetsWhatWasWritten() throws IOException {
    Image image = store.image("debian:12");
    String id;
    try (Container container = store.create(image)) {
      id = container.info().id();
      Files.writeString(container.root().resolve("etc/motd"), "changed");
    }
    store.reset(id.substring(0, 8));
    try (Container container = store.open(id)) {
      assertEquals("hello", Files.readString(container.root().resolve("etc/motd")));
      assertEquals(0, container.changes().count());
    }
  }

  @Test
  void ephemeralContainerGoesWhenItIsClosed() throws IOException {
    ContainerOptions options =
        ContainerOptions.builder().ephemeral().name("tmp").build();
    try (Container container = store.create(store.image("debian:12"), options)) {
      Files.writeString(container.root().resolve("etc/motd"), "changed");
      assertEquals(1, store.containers().size());
    }
    assertEquals(List.of(), store.containers());
    store.create(store.image("debian:12"), options).close();
  }

  @Test
  void containerActsForWhomItWasMade() throws IOException {
    Image image = store.image("debian:12");
    ContainerOptions options =
        ContainerOptions.builder().name("mine").actingAs(1000, 20, 30).build();
    store.create(image, options).close();
    assertEquals("1000:20,30", store.container("mine").identity().orElseThrow().toString());
    try (Container container = store.open("mine")) {
      Path motd = container.root().resolve("etc/motd");
      assertEquals("hello", Files.readString(motd));
      assertFalse(Files.isWritable(motd));
      assertThrows(AccessDeniedException.class, () -> Files.writeString(motd, "changed"));
      assertThrows(AccessDeniedException.class, () -> Files.delete(motd));
      assertEquals(0, container.changes().count());
    }
    try (Container container = store.create(image)) {
      assertEquals(Optional.empty(), container.info().identity());
    }
  }

  @Test
  void rootMayActWithAnotherGroup() throws IOException {
    ContainerOptions options = ContainerOptions.builder().actingAs(0, 5).build();
    try (Container container = store.create(store.image("debian:12"), options)) {
      Path made = Files.createFile(container.root().resolve("etc/new"));
      assertEquals(Map.of("uid", 0, "gid", 5), Files.readAttributes(made, "unix:uid,gid"));
    }
  }

  @Test
  void imageStaysWhileAContainerNeedsIt() throws IOException {
    Container container = store.create(store.image("debian:12"));
    container.close();
    assertThrows(InUseException.class, () -> store.remove("debian:12"));
    store.tag("debian:12", "other");
    assertEquals(
        List.of("docker.io/library/debian:12"), store.remove("debian:12").names());
    assertThrows(InUseException.class, () -> store.remove("other"));
    store.removeContainer(container.info().id());
    Removed removed = store.remove("other");
    assertEquals(1, removed.images().size());
    assertTrue(removed.freedBytes() > 0);
    StoreUsage usage = store.maintenance().usage();
    assertEquals(new StoreUsage(0, 0, 0, 0, 0, 0), usage);
  }

  @Test
  void imageIsFoundByDigestAndItsBeginning() throws IOException {
    String digest = store.image("debian:12").digest().toString();
    assertEquals(store.image("debian:12"), store.image(digest));
    assertEquals(store.image("debian:12"), store.image(digest.substring(7, 19)));
    assertEquals(store.image("debian:12"), store.image("debian@" + digest));
    assertThrows(NotFoundException.class, () -> store.image("debian:13"));
    assertThrows(NotFoundException.class, () -> store.image("../../etc/passwd"));
  }

  @Test
  void closedStoreRefuses() throws IOException {
    Container container = store.create(store.image("debian:12"));
    Path motd = container.root().resolve("etc/motd");
    store.close();
    assertThrows(IllegalStateException.class, () -> store.images());
    assertThrows(ClosedFileSystemException.class, () -> Files.readString(motd));
    container.close();
  }
}
