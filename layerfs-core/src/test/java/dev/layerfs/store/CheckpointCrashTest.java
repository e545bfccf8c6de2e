package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that dies at any point of a checkpoint, a rollback, a fork or a reset: whoever opens the store next finds the
 * state before or the state after, and nothing is left over.
 */
final class CheckpointCrashTest {
  private static final int MANY = 10_000;
  private static final ContainerSpec EPHEMERAL = new ContainerSpec(
      Optional.empty(), Map.of(), true, Optional.empty(), SpaceLimits.NONE, List.of(), 1);

  @TempDir
  Path temporary;

  private StorePaths paths;
  private Id container;
  private Id checkpoint;

  /** What is done to the container until the process dies. */
  private interface Operation {
    void run(Store store, OpenContainer container) throws IOException;
  }

  @BeforeEach
  void prepare() throws IOException {
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "image"));
    Path layout = new TestLayout().image("image", image).write(temporary.resolve("layout"));
    paths = new StorePaths(temporary.resolve("store"));
    StoreOptions fast = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(paths.root(), fast);
        Container made = store.create(store.load(layout).get(0))) {
      container = Id.parse(made.info().id()).orElseThrow();
    }
    try (Store store = open(MANY);
        OpenContainer open = store.containers().open(container)) {
      write(open, "one");
      checkpoint = open.checkpoint();
      write(open, "two");
    }
  }

  private Store open(int changes) throws IOException {
    return Store.open(paths, new DyingIo(HostIo.of(paths.root(), false), changes));
  }

  private static void write(OpenContainer container, String text) throws PosixException {
    UnionView view = container.view();
    Name name = Name.of("new");
    Node node = view.lookup(view.root(), name);
    Node file = node != null ? node : view.create(view.root(), name, FileType.REGULAR, 0644, 0, 0);
    try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE))) {
      handle.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }

  private static String read(OpenContainer container) throws PosixException {
    UnionView view = container.view();
    Node node = view.lookup(view.root(), Name.of("new"));
    if (node == null) {
      return "nothing";
    }
    try (FileHandle handle = view.open(node, Set.of(OpenFlag.READ))) {
      ByteBuffer bytes = ByteBuffer.allocate((int) handle.size());
      handle.read(bytes, 0);
      return new String(bytes.array(), StandardCharsets.UTF_8);
    }
  }

  /** Lets the process die after each number of changes, until it lives long enough. */
  private void sweep(Set<String> possible, Operation operation) throws IOException {
    Set<String> seen = new HashSet<>();
    boolean survived = false;
    for (int changes = 0; !survived; changes++) {
      prepareAgain();
      survived = dies(changes, operation);
      try (Store store = open(MANY);
          OpenContainer open = store.containers().open(container)) {
        String state = read(open) + " " + open.checkpoints().size();
        assertTrue(possible.contains(state), "after " + changes + " changes: " + state);
        seen.add(state);
        write(open, "usable");
        assertEquals("usable", read(open));
        store.images().sweep();
        assertEquals(needed(store), found(), "after " + changes + " changes");
      }
    }
    assertEquals(possible, seen);
  }

  private void prepareAgain() throws IOException {
    try (Store store = open(MANY);
        OpenContainer open = store.containers().open(container)) {
      if (open.checkpoints().isEmpty()) {
        write(open, "one");
        checkpoint = open.checkpoint();
      } else {
        open.rollBack(checkpoint);
      }
      write(open, "two");
    }
  }

  /** Runs an operation in a process that dies; returns whether it was done before. */
  private boolean dies(int changes, Operation operation) throws IOException {
    DyingIo io = new DyingIo(HostIo.of(paths.root(), false), MANY);
    Store store = Store.open(paths, io);
    OpenContainer open = store.containers().open(container);
    io.dieAfter(changes);
    boolean done = false;
    try {
      operation.run(store, open);
      done = true;
    } catch (IOException e) {
      assertTrue(io.isDead(), e::toString);
    }
    io.dieAfter(0); // what a process does on its way out, the dead does not
    closeDead(open);
    closeDead(store);
    return done;
  }

  private static void closeDead(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      assertTrue(e instanceof IOException, e::toString);
    }
  }

  private Set<Id> needed(Store store) throws IOException {
    Set<Id> needed = new HashSet<>();
    for (ContainerRecord record : store.containers().list()) {
      needed.addAll(record.uppers().beneath());
    }
    return needed;
  }

  private Set<Id> found() throws IOException {
    Set<Id> found = new HashSet<>();
    try (Stream<Path> uppers = Files.list(paths.uppers())) {
      uppers.forEach(upper -> found.add(Id.parse(upper.getFileName().toString()).orElseThrow()));
    }
    return found;
  }

  @Test
  void checkpoint() throws IOException {
    sweep(Set.of("two 1", "two 2"), (store, open) -> open.checkpoint());
  }

  @Test
  void rollback() throws IOException {
    sweep(Set.of("two 1", "one 1"), (store, open) -> open.rollBack(checkpoint));
  }

  @Test
  void fork() throws IOException {
    sweep(Set.of("two 1", "two 2"), (store, open) -> {
      try (OpenContainer child = open.fork(EPHEMERAL)) {
        assertEquals("two", read(child));
      }
    });
  }

  @Test
  void reset() throws IOException {
    List<String> states = List.of("two 1", "nothing 0");
    sweep(Set.copyOf(states), (store, open) -> {
      open.close();
      store.containers().reset(container);
    });
  }
}
