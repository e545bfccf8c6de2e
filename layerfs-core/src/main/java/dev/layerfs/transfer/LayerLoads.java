package dev.layerfs.transfer;

import dev.layerfs.store.Ingest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Reads the layers that the store lacks, several at once, the biggest first. What goes wrong with one ends all. */
final class LayerLoads {
  private final Ingest ingest;
  private final ImageSource source;
  private final LoadListener listener;

  LayerLoads(Ingest ingest, ImageSource source, LoadListener listener) {
    this.ingest = ingest;
    this.source = source;
    this.listener = listener;
  }

  /**
   * Reads layers.
   *
   * @param layers the layers, each once
   * @throws InterruptedIOException if this thread is interrupted; its interrupt status is then set
   */
  void run(Collection<LoadPlan.Layer> layers) throws IOException {
    long total = layers.stream().mapToLong(layer -> layer.blob().size()).sum();
    LoadProgress progress = new LoadProgress(listener, total);
    List<LoadPlan.Layer> missing = new ArrayList<>();
    for (LoadPlan.Layer layer : layers) {
      if (ingest.hasLayer(layer.blob(), layer.diffId())) {
        progress.advance(layer.diffId().toString(), layer.blob().size());
      } else {
        missing.add(layer);
      }
    }
    missing.sort(
        Comparator.comparingLong((LoadPlan.Layer layer) -> layer.blob().size()).reversed());
    if (!missing.isEmpty()) {
      readAll(missing, progress);
    }
  }

  private void readAll(List<LoadPlan.Layer> missing, LoadProgress progress) throws IOException {
    int threads = Math.min(missing.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(threads, LayerLoads::thread);
    try {
      CompletionService<Boolean> reads = new ExecutorCompletionService<>(pool);
      for (LoadPlan.Layer layer : missing) {
        reads.submit(() -> read(layer, progress));
      }
      for (int i = 0; i < missing.size(); i++) {
        await(reads);
      }
    } finally {
      shutDown(pool);
    }
  }

  private boolean read(LoadPlan.Layer layer, LoadProgress progress) throws IOException {
    String what = layer.diffId().toString();
    try (InputStream raw = source.open(layer.blob())) {
      ingest.layer(layer.blob(), layer.diffId(), raw, bytes -> progress.advance(what, bytes));
      return true;
    }
  }

  private static void await(CompletionService<Boolean> reads) throws IOException {
    try {
      reads.take().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the load was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Nobody may write to the staging area when this returns. */
  private static void shutDown(ExecutorService pool) {
    pool.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = pool.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "layerfs-load");
    thread.setDaemon(true);
    return thread;
  }
}
