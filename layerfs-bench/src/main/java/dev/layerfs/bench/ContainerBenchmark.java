package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
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

/** The life of a throw-away container: made, read from once, removed. {@code layerfs-bench/jmh.sh ContainerBenchmark} */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ContainerBenchmark {
  /** Layers of the image. */
  @Param({"1", "100"})
  public int layers;

  private @Nullable BenchStore store;

  /** Loads the image. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    store = new BenchStore(layers);
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (store != null) {
      store.close();
    }
  }

  /** Create, read 4 KiB, remove. */
  @Benchmark
  public byte[] createReadRemove() throws IOException {
    if (store == null) {
      throw new IllegalStateException("not set up");
    }
    try (Container container = store
        .store()
        .create(store.image(), ContainerOptions.builder().ephemeral().build())) {
      return Files.readAllBytes(container.root().resolve(BenchImage.path(4_711)));
    }
  }
}
