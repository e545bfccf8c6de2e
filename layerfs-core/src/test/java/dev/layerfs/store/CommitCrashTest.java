package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import dev.layerfs.build.Build;
import dev.layerfs.build.Commit;
import dev.layerfs.build.ImageRequest;
import dev.layerfs.build.TimeClamp;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.Reference;
import dev.layerfs.posix.Timespec;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that dies at any change of the store while it makes an image: whoever opens the store next finds the image, whole,
 * or no trace of it.
 */
final class CommitCrashTest {
  @TempDir
  Path temporary;

  private StorePaths paths;
  private Id container;
  private ImageRequest request;

  @BeforeEach
  void prepare() throws IOException {
    request = new ImageRequest(
        Reference.parse("docker.io/library/next:1"),
        MediaType.LayerCompression.GZIP,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "test",
        editor -> {},
        Progress.NOBODY);
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "image"));
    Path layout = new TestLayout().image("image", image).write(temporary.resolve("layout"));
    paths = new StorePaths(temporary.resolve("store"));
    StoreOptions fast = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(paths.root(), fast);
        Container made = store.create(store.load(layout).get(0))) {
      container = Id.parse(made.info().id()).orElseThrow();
      Files.writeString(made.root().resolve("new"), "new");
      Files.delete(made.root().resolve("file"));
    }
  }

  private Store open(StoreIo io) throws IOException {
    return Store.open(paths, io);
  }

  private StoreIo host() throws IOException {
    return HostIo.of(paths.root(), false);
  }

  private Digest commit(Store store) throws IOException {
    try (OpenContainer open = store.containers().open(container)) {
      return new Commit(store, request, new TimeClamp(Optional.empty())).changes(open);
    }
  }

  private Digest build(Store store) throws IOException {
    Build build = new Build();
    build.file(
        Build.path("/etc/motd"),
        new byte[] {'x'},
        (path, directory, executable) -> new Build.Attributes(0644, 0, 0, new Timespec(0, 0)));
    return build.fromScratch(store, Platform.parse("linux/amd64"), request, new Timespec(0, 0));
  }

  @Test
  void commitIsMadeOrNot() throws IOException {
    sweep(this::commit);
  }

  @Test
  void buildIsMadeOrNot() throws IOException {
    sweep(this::build);
  }

  /** Lets the process die after each number of changes, or every second, until it lives long enough. */
  private void sweep(DyingIo.Work making) throws IOException {
    Set<Path> without = files();
    Set<Integer> seen = new HashSet<>();
    boolean survived = false;
    for (int changes = DyingIo.first(CommitCrashTest.class); !survived; changes += DyingIo.STRIDE) {
      survived = DyingIo.dies(paths, changes, making);
      try (Store store = open(host())) {
        List<StoredImage> images = store.images().list();
        seen.add(images.size());
        for (StoredImage image : images) {
          store.openImage(image).close();
        }
        if (images.size() > 1) {
          store.images().remove(request.reference().toString());
        }
        store.images().sweep();
      }
      assertEquals(without, files(), "after " + changes + " changes");
    }
    assertEquals(Set.of(1, 2), seen);
  }

  private Set<Path> files() throws IOException {
    Set<Path> files = new TreeSet<>();
    try (Store store = open(host())) { // what a session leaves open it takes away
      store.images().sweep();
    }
    try (Stream<Path> walk = Files.walk(paths.root())) {
      List<Path> ofImages = List.of(paths.blobs(), paths.layers(), paths.trees(), paths.index());
      walk.filter(file -> ofImages.stream().anyMatch(file::startsWith)).forEach(files::add);
    }
    return files;
  }
}
