package dev.layerfs.bench.scale;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.bench.Implementation;
import dev.layerfs.bench.ManyFiles;
import dev.layerfs.bench.Scratch;
import java.io.IOException;

/** Stores of more and more images, each of 100 files of its own. */
final class ImagesExperiment implements Experiment {
  private static final int FILES = 100;
  private static final int FILE_SIZE = 1024;

  @Override
  public String variable() {
    return "images";
  }

  @Override
  public long[] steps() {
    return new long[] {1, 10, 100, 1_000};
  }

  @Override
  public void measure(int x, Scratch scratch, Recorder out) throws IOException {
    try (LayerStore store = Stores.open(scratch)) {
      for (int i = 0; i < x; i++) {
        Stores.load(store, image(i), scratch);
      }
      out.record(
          "disk (each image)",
          variable(),
          "bytes",
          x,
          (double) Space.disk(Stores.directory(scratch)) / x);
      out.record("list all images", variable(), "ms", x, Timing.median(5, store::images) / 1e6);
      out.record(
          "load another one",
          variable(),
          "ms",
          x,
          Timing.once(() -> Stores.load(store, image(x), scratch)) / 1e6);
      Image last = store.images().get(0);
      out.record(
          "create a container and remove it",
          variable(),
          "µs",
          x,
          Timing.median(9, () -> store.create(last, Implementation.EPHEMERAL).close()) / 1e3);
      out.record("collect garbage", variable(), "ms", x, Timing.once(store::gc) / 1e6);
    }
    out.record(
        "open the store",
        variable(),
        "ms",
        x,
        Timing.median(5, () -> Stores.open(scratch).close()) / 1e6);
  }

  private static ManyFiles image(int number) {
    return new ManyFiles(FILES, FILE_SIZE, 1, number);
  }
}
