package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.spi.Installed;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A store with one image, whose containers are used through one backend and then looked at through the other. */
final class BothBackends implements AutoCloseable {
  private static final String IMAGE = "test:1";

  private final LayerStore store;
  private final Path target;
  private final Path scratch;

  /**
   * Makes a store; the test is skipped where this process can't mount.
   *
   * @param place an empty directory
   * @param image what its containers are made of
   */
  BothBackends(Path place, TestImage image) throws IOException {
    MountBackend backend = Installed.mountBackends().implementations().get(0);
    assumeTrue(
        backend.unavailable().isEmpty(),
        () -> "can't mount: " + backend.unavailable().orElse(""));
    this.target = Files.createDirectory(place.resolve("mount"));
    this.scratch = Files.createDirectory(place.resolve("scratch"));
    Path layout =
        new TestLayout().image("docker.io/library/" + IMAGE, image).write(place.resolve("layout"));
    StoreOptions options = StoreOptions.builder().unsafeNoSync().build();
    this.store = LayerStore.open(place.resolve("store"), options);
    store.load(layout);
  }

  /** What is done to a container. */
  interface Body {
    void run(OpenedContainer container) throws Exception;
  }

  /** Does something to a new container through a backend; the other must show the same tree afterwards. */
  void use(Backend backend, Body body) throws Exception {
    String id;
    try (Container created = store.create(store.image(IMAGE))) {
      id = created.info().id();
    }
    SortedMap<String, String> left;
    try (OpenedContainer container = OpenedContainer.open(store, id, backend, target, scratch)) {
      body.run(container);
      left = tree(container.root());
    }
    try (OpenedContainer container =
        OpenedContainer.open(store, id, backend.other(), target, scratch)) {
      assertEquals(left, tree(container.root()), "seen through the other backend");
    }
  }

  private static SortedMap<String, String> tree(Path root) throws IOException {
    SortedMap<String, String> tree = new TreeMap<>();
    List<Path> places;
    try (Stream<Path> walk = Files.walk(root)) {
      places = walk.toList();
    }
    for (Path place : places) {
      boolean file = Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
      tree.put(
          root.relativize(place).toString(),
          Files.readAttributes(place, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS)
              + (file ? " " + Arrays.hashCode(Files.readAllBytes(place)) : ""));
    }
    return tree;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
