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
import java.util.Random;
import java.util.stream.Stream;

/** Images of one layer with more and more files of 16 bytes. */
final class FilesExperiment implements Experiment {
  private static final int FILE_SIZE = 16;
  private static final int MILLIS = 1_000;
  private static final int PATHS = 1_000;

  @Override
  public String variable() {
    return "files";
  }

  @Override
  public long[] steps() {
    return new long[] {1_000, 10_000, 100_000, 1_000_000};
  }

  @Override
  public void measure(int x, Scratch scratch, Recorder out) throws IOException {
    Path archive = scratch.directory().resolve("image.tar");
    new ManyFiles(x, FILE_SIZE, 1, 1).write(archive);
    try (LayerStore store = Stores.open(scratch)) {
      double load = Timing.once(() -> store.load(archive));
      out.record("load an image", variable(), "ms", x, load / 1e6);
      out.record(
          "store on disk", variable(), "bytes", x, (double) Space.disk(Stores.directory(scratch)));
      Image image = store.images().get(0);
      long before = Space.heap();
      try (Container container = store.create(image, Implementation.EPHEMERAL)) {
        walkAndStat(x, container.root(), out);
        out.record("heap of a container that was walked", variable(), "bytes", x, (double)
            (Space.heap() - before));
      }
      String name = image.names().get(0);
      double removal = Timing.once(() -> store.remove(name));
      out.record("remove the image", variable(), "ms", x, removal / 1e6);
    }
  }

  private void walkAndStat(int x, Path root, Recorder out) throws IOException {
    double walk = Timing.median(3, () -> count(root));
    out.record("walk", variable(), "ms", x, walk / 1e6);
    Path[] paths = new Random(1)
        .ints(PATHS, 0, x)
        .mapToObj(file -> root.resolve(ManyFiles.path(file)))
        .toArray(Path[]::new);
    int[] next = new int[1];
    Timing.Action stat =
        () -> Files.readAttributes(paths[next[0]++ % PATHS], BasicFileAttributes.class);
    Timing.mean(MILLIS, stat);
    out.record("stat, random files", variable(), "ns", x, Timing.mean(MILLIS, stat));
  }

  private static void count(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      if (files.count() == 0) {
        throw new IOException("the image is empty");
      }
    }
  }
}
