package dev.layerfs.bench;

import dev.layerfs.Container;
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

/**
 * Forks of a container to which files were written, opened, read from and dropped: the same time for any number of files.
 *
 * <pre>layerfs-bench/jmh.sh ForkBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ForkBenchmark {
  /** Files that were written to the container. */
  @Param({"1", "10000"})
  public int files;

  private @Nullable BenchStore store;
  private @Nullable Container template;

  /** Prepares the container. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    BenchStore bench = new BenchStore(Implementation.VIEW, ManyFiles.standard(1));
    store = bench;
    Container prepared = bench.container();
    template = prepared;
    Files.createDirectory(prepared.root().resolve("data"));
    for (int i = 0; i < files; i++) {
      Files.writeString(prepared.root().resolve("data/" + i), "prepared");
    }
  }

  /** Closes and deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (template != null) {
      template.close();
    }
    if (store != null) {
      store.close();
    }
  }

  /** Forks, reads a file that was written to the template, and drops the fork. */
  @Benchmark
  public String fork() throws IOException {
    Container prepared = template;
    if (prepared == null) {
      throw new IllegalStateException("not set up");
    }
    try (Container fork = prepared.fork(Implementation.EPHEMERAL)) {
      return Files.readString(fork.root().resolve("data/0"));
    }
  }
}
