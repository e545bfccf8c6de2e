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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/** More and more threads at work in one container, or in one store. */
final class ThreadsExperiment implements Experiment {
  private static final int MILLIS = 1_000;
  private static final int WRITTEN = 1_000;
  private static final String ALL = ", all threads";
  private static final String CREATE_DURABLE = "create containers durably";
  private static final String CREATE_EPHEMERAL = "create ephemeral containers";
  private static final byte[] DATA = new byte[4096];

  @Override
  public String variable() {
    return "threads";
  }

  @Override
  public long[] steps() {
    return new long[] {1, 2, 4, 8, 16, 32, 64};
  }

  @Override
  public void measure(int x, Scratch scratch, Recorder out) throws IOException {
    try (LayerStore store = Stores.open(scratch)) {
      Image image = Stores.load(store, ManyFiles.standard(1), scratch);
      try (Container container = store.create(image, Implementation.EPHEMERAL)) {
        Path root = container.root();
        for (int file = 0; file < WRITTEN; file++) {
          Files.write(root.resolve(ManyFiles.path(file)), DATA, StandardOpenOption.WRITE);
        }
        throughput(x, "read 4 KiB", out, () -> Files.readAllBytes(any(root, 10_000)));
        throughput(
            x,
            "rewrite 4 KiB",
            out,
            () -> Files.write(any(root, WRITTEN), DATA, StandardOpenOption.WRITE));
      }
      throughput(
          x,
          "create and remove containers",
          out,
          () -> store.create(image, Implementation.EPHEMERAL).close());
    }
    containers(x, scratch, out);
  }

  /** In a store that makes durable what is to last: several threads can share a round of the disk. */
  private void containers(int x, Scratch scratch, Recorder out) throws IOException {
    Queue<Container> open = new ConcurrentLinkedQueue<>();
    try (LayerStore store = LayerStore.open(Stores.directory(scratch))) {
      Image image = store.images().get(0);
      throughput(x, CREATE_DURABLE, out, () -> store.create(image).close());
      throughput(
          x, CREATE_EPHEMERAL, out, () -> open.add(store.create(image, Implementation.EPHEMERAL)));
      for (Container container : open) {
        container.close();
      }
    }
  }

  private static Path any(Path root, int files) {
    return root.resolve(ManyFiles.path(ThreadLocalRandom.current().nextInt(files)));
  }

  private void throughput(int x, String what, Recorder out, Timing.Action action)
      throws IOException {
    allThreads(x, action);
    out.record(what + ALL, variable(), "per s", x, allThreads(x, action));
  }

  private static double allThreads(int threads, Timing.Action action) throws IOException {
    double perSecond = 0;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<Double>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(executor.submit(() -> 1e9 / Timing.mean(MILLIS, action)));
      }
      for (Future<Double> result : results) {
        perSecond += result.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a thread failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return perSecond;
  }
}
