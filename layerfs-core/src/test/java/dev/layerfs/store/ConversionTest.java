package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Checkpoint;
import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers whose uppers get another format, also when the process dies meanwhile. */
final class ConversionTest {
  private static final int FILES = 200;
  private static final Upper.Format SIDE = new Upper.Format("portable-side");
  private static final ContainerOptions NAMED =
      ContainerOptions.builder().name("one").build();

  @TempDir
  Path temporary;

  private StorePaths paths;
  private Id container;
  private Checkpoint first;
  private Checkpoint second;
  private Upper.Format best;

  /** Makes a container with the checkpoints "one" and "two" and the content "three". */
  @BeforeEach
  void prepare() throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "image"));
    Path layout = new TestLayout().image("image", image).write(temporary.resolve("layout"));
    paths = new StorePaths(temporary.resolve("store"));
    try (LayerStore store = open();
        Container made = store.create(store.load(layout).get(0), NAMED)) {
      container = Id.parse(made.info().id()).orElseThrow();
      write(made, "one");
      first = made.checkpoint();
      write(made, "two");
      second = made.checkpoint();
      write(made, "three");
    }
    best = format();
  }

  private LayerStore open() throws IOException {
    return LayerStore.open(paths.root(), StoreOptions.builder().unsafeNoSync().build());
  }

  private static void write(Container container, String text) throws IOException {
    Files.writeString(container.root().resolve("file"), text);
  }

  private static String read(Container container) throws IOException {
    return Files.readString(container.root().resolve("file"));
  }

  private Upper.Format format() throws IOException {
    return ContainerRecord.read(paths.containerRecord(container), container)
        .uppers()
        .format();
  }

  private void convert(Upper.Format format) throws IOException {
    try (Store store = Store.open(paths, HostIo.of(paths.root(), false))) {
      store.containers().convert(container, format);
    }
  }

  @Test
  void everythingIsStillThere() throws IOException {
    convert(SIDE);
    assertEquals(SIDE, format());
    assertTrue(Files.exists(paths.container(container).resolve("%a-upper")));
    try (LayerStore store = open()) {
      assertTrue(store.convert("one"));
      assertFalse(store.convert("one"), "it has the best format");
      assertEquals(best, format());
      assertFalse(Files.exists(paths.container(container).resolve("%a-upper")));
      try (Container open = store.open("one")) {
        assertEquals("three", read(open));
        open.rollback(second);
        assertEquals("two", read(open));
        open.rollback(first);
        assertEquals("one", read(open));
      }
      store.reset("one");
      try (Container open = store.open("one")) {
        assertEquals("image", read(open));
      }
      store.removeContainer("one");
    }
    assertEquals(Set.of(), namesIn(paths.uppers()));
  }

  /** The host gives the numbers of the old objects to new ones. */
  @Test
  void inodeNumbersStayAndNoneIsGivenTwice() throws IOException {
    Map<Object, String> numbers = new HashMap<>();
    try (LayerStore store = open()) {
      try (Container open = store.open("one")) {
        numbers.putAll(makeFiles(open, "old"));
      }
      convert(SIDE);
      store.convert("one");
      try (Container open = store.open("one")) {
        numbers.putAll(makeFiles(open, "new"));
        assertEquals(2 * FILES, numbers.size());
        for (Map.Entry<Object, String> file : numbers.entrySet()) {
          assertEquals(file.getKey(), number(open, file.getValue()), file.getValue());
        }
      }
    }
  }

  private static Object number(Container container, String name) throws IOException {
    return Files.getAttribute(container.root().resolve(name), "unix:ino");
  }

  private static Map<Object, String> makeFiles(Container container, String name)
      throws IOException {
    Map<Object, String> numbers = new HashMap<>();
    for (int i = 0; i < FILES; i++) {
      Files.createFile(container.root().resolve(name + i));
      numbers.put(number(container, name + i), name + i);
    }
    return numbers;
  }

  @Test
  void whatIsInUseIsNotConverted() throws IOException {
    convert(SIDE);
    try (LayerStore store = open()) {
      assertThrows(NotFoundException.class, () -> store.convert("other"));
      try (Container open = store.open("one")) {
        assertThrows(InUseException.class, () -> store.convert("one"));
        open.fork(ContainerOptions.builder().name("fork").build()).close();
      }
      for (String name : Set.of("one", "fork")) {
        InUseException e = assertThrows(InUseException.class, () -> store.convert(name));
        assertTrue(e.getMessage().contains("fork"), e.getMessage());
      }
      store.removeContainer("fork");
      assertTrue(store.convert("one"));
      try (Container open = store.open("one")) {
        assertEquals("three", read(open));
      }
    }
  }

  /** Lets the process die after each number of changes, or every second, until it lives long enough. */
  @Test
  void whereverTheProcessDiesNothingIsLost() throws IOException {
    Set<Upper.Format> seen = new HashSet<>();
    boolean survived = false;
    for (int changes = DyingIo.first(ConversionTest.class); !survived; changes += DyingIo.STRIDE) {
      survived = DyingIo.dies(paths, changes, store -> store.containers().convert(container, SIDE));
      String where = "after " + changes + " changes";
      try (LayerStore store = open()) {
        try (Container open = store.open("one")) {
          assertEquals("three", read(open), where);
          seen.add(format());
          open.rollback(first);
          assertEquals("one", read(open), where);
          write(open, "two");
          second = open.checkpoint();
          write(open, "three");
        }
        assertFalse(Files.exists(paths.converted(container)), where);
        assertEquals(!format().equals(best), store.convert("one"), where);
        assertEquals(Set.of(first.id(), second.id()), namesIn(paths.uppers()), where);
      }
      assertEquals(Set.of(), namesIn(paths.staging()), where);
    }
    assertEquals(Set.of(best, SIDE), seen);
  }

  private static Set<String> namesIn(Path directory) throws IOException {
    Set<String> names = new HashSet<>();
    for (Path file : StoreFiles.list(directory)) {
      names.add(file.getFileName().toString());
    }
    return names;
  }
}
