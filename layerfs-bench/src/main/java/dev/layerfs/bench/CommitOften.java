package dev.layerfs.bench;

import dev.layerfs.Change;
import dev.layerfs.CommitOptions;
import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.oci.MediaType.LayerCompression;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Commits and lists the changes of one container again and again, in a JVM that runs: what a program that embeds the library
 * waits for, to be compared with the processes of other tools. Every image is made durable; what the store has already of an
 * image is made all the same, but for the image's tree. What it prints are lines of a
 * name, a tab, and seconds.
 *
 * <pre>layerfs-bench/java.sh dev.layerfs.bench.CommitOften STORE CONTAINER RUNS</pre>
 */
final class CommitOften {
  private static final int WARM_UP = 150;

  private final Container container;
  private final int runs;
  private long others;

  private CommitOften(Container container, int runs) {
    this.container = container;
    this.runs = runs;
  }

  /** Something that is timed. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  /**
   * Measures.
   *
   * @param arguments the store, the container's id or name, and how often each is to be measured
   */
  public static void main(String[] arguments) throws IOException {
    try (LayerStore store = LayerStore.open(Path.of(arguments[0]));
        Container container = store.open(arguments[1])) {
      new CommitOften(container, Integer.parseInt(arguments[2])).run();
    }
  }

  private void run() throws IOException {
    measure("diff: layerfs, JVM running", this::diff);
    measure("commit: layerfs, JVM running", () -> commit(LayerCompression.GZIP));
    measure("commit: layerfs uncompressed, JVM running", () -> commit(LayerCompression.NONE));
    measure("commit: layerfs, another image, JVM running", this::commitAnother);
  }

  private void diff() throws IOException {
    try (Stream<Change> changes = container.changes()) {
      if (changes.findAny().isEmpty()) {
        throw new IllegalStateException("nothing has changed");
      }
    }
  }

  private void commit(LayerCompression compression) throws IOException {
    container.commit("often:1", CommitOptions.builder().compression(compression).build());
  }

  /** Whatever an image needs is made anew, its tree too: all that was changed has another time. */
  private void commitAnother() throws IOException {
    CommitOptions options =
        CommitOptions.builder().epoch(Instant.ofEpochSecond(++others)).build();
    container.commit("often:another", options);
  }

  private void measure(String name, Operation operation) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      operation.run();
    }
    for (int i = 0; i < runs; i++) {
      long from = System.nanoTime();
      operation.run();
      double seconds = (System.nanoTime() - from) / 1e9;
      System.out.printf(Locale.ROOT, "%s\t%.4f%n", name, seconds);
    }
  }
}
