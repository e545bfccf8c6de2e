package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that dies at any change that it makes for a volume: whoever opens the store next finds the state before or the
 * state after, and nothing is left over.
 */
final class VolumeCrashTest {
  private static final VolumeName DATA = new VolumeName("data");
  private static final VolumeName OTHER = new VolumeName("other");

  /** Every change at full {@link Scale}, every fifth in each build. */
  private static final int STRIDE = Scale.of(5, 1);

  private final Random random = Seed.random(VolumeCrashTest.class);

  @TempDir
  Path temporary;

  private StorePaths paths;

  @BeforeEach
  void prepare() throws IOException {
    TestImage image = new TestImage()
        .volumes("/anon")
        .layer(new TarBuilder()
            .directory("data/")
            .file("data/a", "image")
            .file("data/b", "image")
            .file("anon/c", "image"));
    Path layout = new TestLayout().image("image", image).write(temporary.resolve("layout"));
    paths = new StorePaths(temporary.resolve("store"));
    StoreOptions fast = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(paths.root(), fast)) {
      store.load(layout);
    }
  }

  private Store open() throws IOException {
    return Store.open(paths, HostIo.of(paths.root(), false));
  }

  private static ContainerSpec spec(boolean ephemeral) {
    VolumeUse use =
        new VolumeUse("/data", new VolumeSource.Named(DATA), false, Optional.empty(), true);
    return new ContainerSpec(
        Optional.empty(), Map.of(), ephemeral, Optional.empty(), SpaceLimits.NONE, List.of(use), 1);
  }

  private static OpenContainer create(Store store) throws IOException {
    return store.containers().create(store.images().find("image"), spec(false));
  }

  private static Set<String> names(PosixView view) throws IOException {
    return view.list(view.root()).stream()
        .map(DirectoryEntry::name)
        .map(Name::toString)
        .collect(Collectors.toSet());
  }

  private static void write(HostView view, String name) throws IOException {
    Node file = view.create(view.root(), Name.of(name), FileType.REGULAR, 0644, 0, 0);
    try (FileHandle handle = view.open(file, Set.of(OpenFlag.WRITE))) {
      handle.write(ByteBuffer.wrap(new byte[] {1}), 0);
    }
  }

  private static void write(Store store, VolumeName volume, String name) throws IOException {
    try (OpenVolume open = store.volumes().open(volume);
        HostView view = open.view(HostViewOptions.DEFAULT)) {
      write(view, name);
    }
  }

  /** Says what is in the store: volumes with what they hold, and how many containers. */
  private String state(Store store) throws IOException {
    List<String> state = new ArrayList<>();
    for (VolumeRecord record : store.volumes().list()) {
      try (OpenVolume open = store.volumes().open(record.name());
          HostView view = open.view(HostViewOptions.DEFAULT)) {
        state.add((record.anonymous() ? "anonymous" : record.name().text())
            + new TreeSet<>(names(view))
            + store.volumes().snapshots().list(record.name()).size());
      }
    }
    Collections.sort(state); // names of anonymous ones are random
    state.add(Integer.toString(store.containers().list().size()));
    return String.join(" ", state);
  }

  /**
   * Lets the process die after each number of changes, until it lives long enough.
   *
   * @param possible the states that may be found then, the last of which must be
   */
  private void sweep(DyingIo.Work before, DyingIo.Work operation, String... possible)
      throws IOException {
    Set<String> seen = new HashSet<>();
    boolean survived = false;
    for (int changes = random.nextInt(STRIDE); !survived; changes += STRIDE) {
      try (Store store = open()) {
        clear(store);
        before.run(store);
      }
      survived = DyingIo.dies(paths, changes, operation);
      try (Store store = open()) {
        store.volumes().sweep();
        String state = state(store);
        assertTrue(List.of(possible).contains(state), "after " + changes + " changes: " + state);
        seen.add(state);
        requireNothingLeft("after " + changes + " changes");
      }
    }
    assertTrue(seen.contains(possible[possible.length - 1]), seen::toString);
  }

  private static void clear(Store store) throws IOException {
    for (ContainerRecord container : store.containers().list()) {
      store.containers().remove(container.id());
    }
    for (VolumeRecord volume : store.volumes().list()) {
      store.volumes().remove(volume.name());
    }
  }

  private void requireNothingLeft(String when) throws IOException {
    List<String> known = List.of("volume.json", "data", "snapshots", "mount");
    for (Path volume : StoreFiles.list(paths.volumes())) {
      try (Stream<Path> files = Files.list(volume)) {
        List<String> left = files
            .map(file -> file.getFileName().toString())
            .filter(name -> !known.contains(name) && !name.startsWith("layerfs-"))
            .toList();
        assertEquals(List.of(), left, when);
      }
    }
  }

  @Test
  void creation() throws IOException {
    sweep(
        store -> {},
        store -> store.volumes().create(DATA, Map.of("a", "b"), Optional.empty()),
        "0",
        "data[]0 0");
  }

  @Test
  void removal() throws IOException {
    sweep(
        store -> store.volumes().create(DATA, Map.of(), Optional.empty()),
        store -> store.volumes().remove(DATA),
        "data[]0 0",
        "0");
  }

  /** A container that is there has volumes that are filled. */
  @Test
  void firstUse() throws IOException {
    sweep(
        store -> store.volumes().create(DATA, Map.of(), Optional.empty()),
        store -> create(store).close(),
        "data[]0 0",
        "data[a, b]0 0",
        "anonymous[c]0 data[a, b]0 1");
  }

  @Test
  void removalOfAContainer() throws IOException {
    sweep(
        store -> create(store).close(),
        store -> store.containers().remove(store.containers().list().get(0).id()),
        "anonymous[c]0 data[a, b]0 1",
        "data[a, b]0 0");
  }

  /** One that could not remove it, but ended its session, was not dead: then it is left to a person. */
  @Test
  void ephemeralContainer() throws IOException {
    sweep(
        store -> {
          store.volumes().create(DATA, Map.of(), Optional.empty());
          write(store, DATA, "mine");
        },
        store ->
            store.containers().create(store.images().find("image"), spec(true)).close(),
        "anonymous[c]0 data[mine]0 1",
        "data[mine]0 0");
  }

  @Test
  void snapshot() throws IOException {
    sweep(
        store -> {
          store.volumes().create(DATA, Map.of(), Optional.empty());
          write(store, DATA, "old");
        },
        store -> store.volumes().snapshots().make(DATA),
        "data[old]0 0",
        "data[old]1 0");
  }

  @Test
  void restore() throws IOException {
    sweep(
        store -> {
          store.volumes().create(DATA, Map.of(), Optional.empty());
          write(store, DATA, "old");
          store.volumes().snapshots().make(DATA);
          write(store, DATA, "new");
        },
        store -> store
            .volumes()
            .snapshots()
            .restore(DATA, store.volumes().snapshots().list(DATA).get(0).id()),
        "data[new, old]1 0",
        "data[old]1 0");
  }

  @Test
  void cloning() throws IOException {
    sweep(
        store -> {
          store.volumes().create(DATA, Map.of(), Optional.empty());
          write(store, DATA, "old");
        },
        store -> store.volumes().cloneTo(DATA, OTHER, Map.of()),
        "data[old]0 0",
        "data[old]0 other[old]0 0");
  }

  /** The moments that no change of the store's own lies between. */
  @Test
  void whatWasBegunIsFinished() throws IOException {
    try (Store store = open()) {
      store.volumes().create(DATA, Map.of(), Optional.empty());
      VolumeDriver.Data driver = (VolumeDriver.Data) store.volumes().read(DATA).driver();
      for (String begun : List.of("filling", "replacement")) {
        write(store, DATA, "moved-" + begun);
        try (Session session = Session.open(HostIo.of(paths.root(), false), paths);
            VolumeTree tree = VolumeTree.open(session, paths.volume(DATA), driver);
            HostView view = tree.view(tree.make(Name.of(begun)), HostViewOptions.DEFAULT)) {
          write(view, "moved-" + begun);
          write(view, "rest-" + begun);
          view.chmod(view.root(), 0700);
        }
        try (OpenVolume open = store.volumes().open(DATA);
            HostView view = open.view(HostViewOptions.DEFAULT)) {
          assertEquals(Set.of("moved-" + begun, "rest-" + begun), names(view));
          assertEquals(0700, view.stat(view.root()).mode());
        }
      }
    }
    try (Store store = open()) {
      requireNothingLeft("at the end");
      assertEquals("data[moved-replacement, rest-replacement]0 0", state(store));
    }
  }

  /** Who has it open already sees nothing else than who opens it next. */
  @Test
  void whatWasBegunIsFinishedAlthoughItIsOpen() throws IOException {
    try (Store store = open()) {
      store.volumes().create(DATA, Map.of(), Optional.empty());
      VolumeDriver.Data driver = (VolumeDriver.Data) store.volumes().read(DATA).driver();
      try (OpenVolume before = store.volumes().open(DATA);
          HostView seen = before.view(HostViewOptions.DEFAULT)) {
        try (Session session = Session.open(HostIo.of(paths.root(), false), paths);
            VolumeTree tree = VolumeTree.open(session, paths.volume(DATA), driver);
            HostView view = tree.view(tree.make(Name.of("filling")), HostViewOptions.DEFAULT)) {
          write(view, "rest");
        }
        store.volumes().open(DATA).close();
        assertEquals(Set.of("rest"), names(seen));
      }
    }
  }
}
