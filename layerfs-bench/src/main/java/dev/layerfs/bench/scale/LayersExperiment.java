package dev.layerfs.bench.scale;

import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.bench.Implementation;
import dev.layerfs.bench.ManyFiles;
import dev.layerfs.bench.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The same 10,000 files in more and more layers. */
final class LayersExperiment implements Experiment {
  private static final int RUNS = 21;
  private static final int MILLIS = 1_000;
  private static final String FILE = ManyFiles.path(4_711);

  @Override
  public String variable() {
    return "layers";
  }

  @Override
  public long[] steps() {
    return new long[] {1, 2, 5, 10, 20, 50, 100, 200, 500};
  }

  @Override
  public void measure(int x, Scratch scratch, Recorder out) throws IOException {
    Path archive = scratch.directory().resolve("image.tar");
    ManyFiles.standard(x).write(archive);
    try (LayerStore store = Stores.open(scratch)) {
      double load = Timing.once(() -> store.load(archive));
      out.record("load an image of 10,000 files", variable(), "ms", x, load / 1e6);
      Image image = store.images().get(0);
      out.record(
          "create, read once, remove",
          variable(),
          "µs",
          x,
          Timing.median(RUNS, () -> life(store, image)) / 1e3);
      try (Container container = store.create(image, Implementation.EPHEMERAL)) {
        Path file = container.root().resolve(FILE);
        Timing.Action stat = () -> Files.readAttributes(file, BasicFileAttributes.class);
        Timing.mean(MILLIS, stat);
        out.record("stat", variable(), "ns", x, Timing.mean(MILLIS, stat));
      }
      if (Implementation.OVERLAY_MOUNT.obstacle().isEmpty()) {
        Path target = scratch.subdirectory("mounted");
        out.record(
            "create, mount, unmount, remove",
            variable(),
            "ms",
            x,
            Timing.median(
                    RUNS,
                    () -> store
                        .create(image, Implementation.EPHEMERAL)
                        .mount(target)
                        .close())
                / 1e6);
      }
    }
  }

  private static void life(LayerStore store, Image image) throws IOException {
    try (Container container = store.create(image, Implementation.EPHEMERAL)) {
      Files.readAllBytes(container.root().resolve(FILE));
    }
  }
}
