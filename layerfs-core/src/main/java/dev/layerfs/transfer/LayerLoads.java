package dev.layerfs.transfer;

import dev.layerfs.store.Ingest;
import dev.layerfs.store.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/** Reads the layers that the store lacks, several at once, the biggest first. What goes wrong with one ends all. */
final class LayerLoads {
  private final Ingest ingest;
  private final ImageSource source;
  private final Progress.Listener listener;

  LayerLoads(Ingest ingest, ImageSource source, Progress.Listener listener) {
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
    Progress progress = new Progress(listener, total);
    List<LoadPlan.Layer> missing = new ArrayList<>();
    for (LoadPlan.Layer layer : layers) {
      if (has(layer)) {
        progress.advance(name(layer), layer.blob().size());
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

  private boolean has(LoadPlan.Layer layer) throws IOException {
    return layer.diffId().isPresent()
        ? ingest.hasLayer(layer.blob(), layer.diffId().get())
        : ingest.hasBlob(layer.blob());
  }

  private static String name(LoadPlan.Layer layer) {
    return layer.diffId().isPresent()
        ? layer.diffId().get().toString()
        : layer.blob().digest().toString();
  }

  private void readAll(List<LoadPlan.Layer> missing, Progress progress) throws IOException {
    List<ParallelTasks.Task> reads = new ArrayList<>();
    for (LoadPlan.Layer layer : missing) {
      reads.add(() -> read(layer, progress));
    }
    ParallelTasks.run("layerfs-load", source.layersAtOnce(), reads);
  }

  private void read(LoadPlan.Layer layer, Progress progress) throws IOException {
    String what = name(layer);
    LongConsumer read = bytes -> progress.advance(what, bytes);
    try (InputStream raw = source.open(layer.blob())) {
      if (layer.diffId().isPresent()) {
        ingest.layer(layer.blob(), layer.diffId().get(), raw, read);
      } else {
        ingest.blob(layer.blob(), raw, read);
      }
    }
  }
}
