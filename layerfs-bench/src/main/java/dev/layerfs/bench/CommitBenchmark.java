package dev.layerfs.bench;

import dev.layerfs.Change;
import dev.layerfs.CommitOptions;
import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.oci.MediaType.LayerCompression;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commits and diffs of a container with 100 changed files in 100 directories of 100 files, in a store that makes nothing
 * durable.
 *
 * <pre>layerfs-bench/jmh.sh CommitBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CommitBenchmark {
  private static final int CHANGED = 100;

  /** Layers of the image. */
  @Param({"1", "100"})
  public int layers;

  private @Nullable BenchStore store;
  private @Nullable Container container;

  /** Changes the files. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    BenchStore bench = new BenchStore(Implementation.VIEW, ManyFiles.standard(layers));
    store = bench;
    Container changed = bench.container();
    container = changed;
    for (int i = 0; i < CHANGED; i++) {
      Files.writeString(changed.root().resolve(path(i)), "changed", StandardOpenOption.APPEND);
    }
  }

  private static String path(int changed) {
    return ManyFiles.path(changed * ManyFiles.PER_DIRECTORY);
  }

  /** Closes and deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (container != null) {
      container.close();
    }
    if (store != null) {
      store.close();
    }
  }

  private Container container() {
    return Objects.requireNonNull(container, "not set up");
  }

  /** Lists the changes. */
  @Benchmark
  public long changes() throws IOException {
    try (Stream<Change> changes = container().changes()) {
      return changes.count();
    }
  }

  /** Makes an image with a gzipped layer. */
  @Benchmark
  public Image commitGzip() throws IOException {
    return container().commit("bench:gzip");
  }

  /** Makes an image with a layer in zstd. */
  @Benchmark
  public Image commitZstd() throws IOException {
    return commit("bench:zstd", LayerCompression.ZSTD);
  }

  /** Makes an image with a layer that is not compressed, as stores do whose layers are directories. */
  @Benchmark
  public Image commitPlain() throws IOException {
    return commit("bench:plain", LayerCompression.NONE);
  }

  private Image commit(String name, LayerCompression compression) throws IOException {
    return container()
        .commit(name, CommitOptions.builder().compression(compression).build());
  }

  /** What a commit must do at least: reads the changed files and gzips them, on one thread. */
  @Benchmark
  public long gzipTheContent() throws IOException {
    long[] count = new long[1];
    OutputStream counting = new OutputStream() {
      @Override
      public void write(int b) {
        count[0]++;
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        count[0] += length;
      }
    };
    try (GZIPOutputStream gzip = new GZIPOutputStream(counting, 64 << 10)) {
      for (int i = 0; i < CHANGED; i++) {
        gzip.write(Files.readAllBytes(container().root().resolve(path(i))));
      }
    }
    return count[0];
  }
}
