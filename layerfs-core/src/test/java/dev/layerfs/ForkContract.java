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
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forks, checkpoints and rollbacks of containers, the same on a disk and in memory. */
abstract class ForkContract {
  private static final ContainerOptions EPHEMERAL =
      ContainerOptions.builder().ephemeral().build();

  @TempDir
  Path temporary;

  LayerStore store;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void load() throws IOException {
    store = openStore();
    TestImage image =
        new TestImage().layer(new TarBuilder().directory("etc/").file("etc/motd", "hello"));
    store.load(new TestLayout().image("debian:12", image).write(temporary.resolve("layout")));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Path uppers() {
    return store.directory().resolve("layerfs").resolve("uppers");
  }

  private long countUppers() throws IOException {
    try (Stream<Path> uppers = Files.list(uppers())) {
      return uppers.count();
    }
  }

  private static void write(Container container, String path, String text) throws IOException {
    Files.writeString(container.root().resolve(path), text);
  }

  private static String read(Rootfs rootfs, String path) throws IOException {
    return Files.readString(rootfs.root().resolve(path));
  }

  private static List<String> changes(Container container) throws IOException {
    try (Stream<Change> changes = container.changes()) {
      return changes.map(Change::toString).toList();
    }
  }

  /** Nothing of the upper was read before it was covered. */
  @Test
  void aContainerThatWasJustOpenedKeepsItsContent() throws IOException {
    String id;
    try (Container container = store.create(store.image("debian:12"))) {
      id = container.info().id();
      Files.writeString(container.root().resolve("etc/motd"), "changed");
    }
    try (Container container = store.open(id);
        Container fork = container.fork(EPHEMERAL)) {
      assertEquals("changed", Files.readString(container.root().resolve("etc/motd")));
      assertEquals("changed", Files.readString(fork.root().resolve("etc/motd")));
    }
    try (Container container = store.open(id)) {
      container.checkpoint();
      assertEquals("changed", Files.readString(container.root().resolve("etc/motd")));
    }
  }

  @Test
  void forkBeginsWithTheSameContentAndGoesItsOwnWay() throws IOException {
    try (Container parent = store.create(store.image("debian:12"))) {
      write(parent, "etc/motd", "changed");
      write(parent, "common", "before");
      try (Container child = parent.fork()) {
        assertEquals(List.of("A /common", "C /etc", "C /etc/motd"), changes(child));
        assertEquals(changes(parent), changes(child));
        write(child, "common", "child");
        write(parent, "common", "parent");
        Files.delete(child.root().resolve("etc/motd"));
        assertEquals("parent", read(parent, "common"));
        assertEquals("child", read(child, "common"));
        assertEquals("changed", read(parent, "etc/motd"));
        assertEquals(List.of("A /common", "C /etc", "D /etc/motd"), changes(child));
      }
    }
  }

  @Test
  void aForkOutlivesItsParentAndTheLayerBeneathGoesWithTheLast() throws IOException {
    String child;
    try (Container parent = store.create(store.image("debian:12"), EPHEMERAL)) {
      write(parent, "file", "kept");
      try (Container fork = parent.fork(ContainerOptions.builder().name("child").build())) {
        child = fork.info().id();
      }
      assertEquals(1, countUppers());
    }
    assertThrows(InUseException.class, () -> store.remove("debian:12"));
    store.gc();
    try (Container fork = store.open("child");
        Container grandchild = fork.fork(EPHEMERAL)) {
      assertEquals("kept", read(fork, "file"));
      assertEquals("kept", read(grandchild, "file"));
      assertEquals(1, countUppers(), "nothing was written, so nothing had to be covered");
    }
    store.removeContainer(child);
    assertEquals(0, countUppers());
  }

  @Test
  void manyForksOfOneTemplateShareOneLayer() throws IOException {
    try (Container template = store.create(store.image("debian:12"))) {
      write(template, "data", "prepared");
      List<Container> forks = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        forks.add(template.fork(EPHEMERAL));
      }
      assertEquals(1, countUppers());
      for (int i = 0; i < forks.size(); i++) {
        assertEquals("prepared", read(forks.get(i), "data"));
        write(forks.get(i), "data", "own " + i);
      }
      for (int i = 0; i < forks.size(); i++) {
        assertEquals("own " + i, read(forks.get(i), "data"));
        forks.get(i).close();
      }
      assertEquals("prepared", read(template, "data"));
    }
  }

  @Test
  void aNameThatIsTakenLeavesEverythingAsItWas() throws IOException {
    ContainerOptions named = ContainerOptions.builder().name("one").build();
    try (Container parent = store.create(store.image("debian:12"), named)) {
      write(parent, "file", "text");
      assertThrows(AlreadyExistsException.class, () -> parent.fork(named));
      assertEquals("text", read(parent, "file"));
      assertEquals(1, store.containers().size());
    }
    store.removeContainer("one");
    assertEquals(0, countUppers());
  }

  @Test
  void rollbackShowsWhatTheCheckpointSaw() throws IOException {
    String id;
    Checkpoint second;
    try (Container container = store.create(store.image("debian:12"))) {
      id = container.info().id();
      assertEquals(List.of(), container.checkpoints());
      Checkpoint first = container.checkpoint();
      assertEquals(first, container.checkpoint(), "nothing was written");
      write(container, "file", "one");
      second = container.checkpoint();
      write(container, "file", "two");
      FileChannel open = FileChannel.open(
          container.root().resolve("file"), StandardOpenOption.READ, StandardOpenOption.WRITE);
      Checkpoint third = container.checkpoint();
      open.write(ByteBuffer.wrap(new byte[] {'T'}), 0);
      assertEquals("Two", read(container, "file"));
      assertEquals(List.of(first, second, third), container.checkpoints());
      container.rollback(third);
      assertThrows(ClosedChannelException.class, open::size);
      assertEquals("two", read(container, "file"));
      container.rollback(second);
      assertEquals("one", read(container, "file"));
      assertEquals(List.of(first, second), container.checkpoints());
      assertThrows(NotFoundException.class, () -> container.rollback(third));
      assertThrows(NotFoundException.class, () -> container.rollback(new Checkpoint("../x")));
      write(container, "file", "three");
    }
    try (Container container = store.open(id)) {
      assertEquals("three", read(container, "file"));
      container.rollback(second);
      assertEquals("one", read(container, "file"));
      container.rollback(container.checkpoints().get(0));
      assertEquals(List.of(), changes(container));
    }
    store.reset(id);
    assertEquals(0, countUppers());
    try (Container container = store.open(id)) {
      assertEquals(List.of(), container.checkpoints());
    }
  }

  @Test
  void aForkIsResetToWhatItBeganWith() throws IOException {
    try (Container parent = store.create(store.image("debian:12"))) {
      write(parent, "file", "parent");
      String id;
      Checkpoint beginning;
      try (Container child = parent.fork()) {
        id = child.info().id();
        beginning = child.checkpoint();
        assertEquals(List.of(beginning), child.checkpoints());
        write(child, "file", "child");
        child.checkpoint();
        write(child, "file", "more");
        child.rollback(beginning);
        assertEquals("parent", read(child, "file"));
        write(child, "file", "child");
        child.checkpoint();
      }
      store.reset(id);
      try (Container child = store.open(id)) {
        assertEquals("parent", read(child, "file"));
        assertEquals(List.of(beginning), child.checkpoints());
        assertEquals(beginning, child.checkpoint(), "nothing was written");
      }
    }
  }

  @Test
  void copyUpsAreTold() throws IOException {
    try (Container container = store.create(store.image("debian:12"))) {
      List<String> told = new ArrayList<>();
      try (Closeable watch = container.onCopyUp((path, bytes) -> told.add(path + " " + bytes))) {
        assertEquals("hello", read(container, "etc/motd"));
        write(container, "etc/new", "not copied");
        Files.setLastModifiedTime(
            container.root().resolve("etc/motd"), java.nio.file.attribute.FileTime.fromMillis(1));
        write(container, "etc/motd", "rewritten");
      }
      Files.createDirectory(container.root().resolve("d"));
      assertEquals(List.of("/etc 0", "/etc/motd 5"), told);
      assertFalse(told.isEmpty());
      assertTrue(Files.exists(container.root().resolve("etc/new")));
    }
  }
}
