package dev.layerfs.bench.scale;

import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.bench.Implementation;
import dev.layerfs.bench.ManyFiles;
import dev.layerfs.bench.Scratch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** More and more containers of one image: made durably, thrown away, open at once. */
final class ContainersExperiment implements Experiment {
  /** Until all that makes a container is compiled, it takes up to three times as long. */
  private static final int WARM_UP = 10_000;

  @Override
  public String variable() {
    return "containers";
  }

  @Override
  public long[] steps() {
    return new long[] {1, 10, 100, 1_000, 10_000};
  }

  @Override
  public void measure(int x, Scratch scratch, Recorder out) throws IOException {
    try (LayerStore store = LayerStore.open(Stores.directory(scratch))) {
      Image image = Stores.load(store, ManyFiles.standard(1), scratch);
      ephemeral(x, store, image, out);
      durable(x, store, image, scratch, out);
    }
  }

  private void ephemeral(int x, LayerStore store, Image image, Recorder out) throws IOException {
    Deque<Container> open = new ArrayDeque<>();
    for (int i = 0; i < WARM_UP; i++) {
      store.create(image, Implementation.EPHEMERAL).close();
    }
    Space.writeBack(); // what was removed is in the journal, where each new directory is looked for
    long before = Space.heap();
    double create = Timing.once(() -> {
      for (int i = 0; i < x; i++) {
        open.add(store.create(image, Implementation.EPHEMERAL));
      }
    });
    perContainer(x, "create, ephemeral", "µs", create / 1e3, out);
    perContainer(x, "heap, open and idle", "bytes", (double) (Space.heap() - before), out);
    double remove = Timing.once(() -> {
      while (!open.isEmpty()) {
        open.remove().close();
      }
    });
    perContainer(x, "close and remove, ephemeral", "µs", remove / 1e3, out);
  }

  private void durable(int x, LayerStore store, Image image, Scratch scratch, Recorder out)
      throws IOException {
    long before = Space.disk(Stores.directory(scratch));
    List<String> ids = new ArrayList<>();
    double create = Timing.once(() -> {
      for (int i = 0; i < x; i++) {
        try (Container container = store.create(image)) {
          ids.add(container.info().id());
        }
      }
    });
    perContainer(x, "create, durable", "µs", create / 1e3, out);
    perContainer(
        x,
        "disk, nothing written",
        "bytes",
        (double) (Space.disk(Stores.directory(scratch)) - before),
        out);
    perContainer(x, "list all", "µs", Timing.median(3, store::containers) / 1e3, out);
    String middle = ids.get(x / 2);
    out.record(
        "open one of them",
        variable(),
        "µs",
        x,
        Timing.median(5, () -> store.open(middle).close()) / 1e3);
    double remove = Timing.once(() -> {
      for (String id : ids) {
        store.removeContainer(id);
      }
    });
    perContainer(x, "remove, durable", "µs", remove / 1e3, out);
  }

  private void perContainer(int x, String what, String unit, double total, Recorder out)
      throws IOException {
    out.record(what + " (each)", variable(), unit, x, total / x);
  }
}
