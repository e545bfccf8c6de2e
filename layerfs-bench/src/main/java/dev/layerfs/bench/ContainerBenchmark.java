package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The life of a container.
 *
 * <pre>layerfs-bench/jmh.sh ContainerBenchmark.life -prof gc
 * layerfs-bench/jmh.sh ContainerBenchmark.open -p implementation=VIEW,VIEW_ON_JIMFS -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ContainerBenchmark {
  private static final String FILE = ManyFiles.path(4_711);

  /** A throw-away container: made, read from once, removed. In a plain directory all files are copied and deleted. */
  @Benchmark
  public byte[] life(Subject subject) throws IOException {
    byte[] content = Files.readAllBytes(subject.fresh().resolve(FILE));
    subject.drop();
    return content;
  }

  /** A container that stays. */
  @State(Scope.Benchmark)
  public static class Kept {
    private static final String NAME = "kept";

    /** Makes it. */
    @Setup(Level.Trial)
    public void setUp(Subject subject) throws IOException {
      BenchStore bench = subject.store();
      bench
          .store()
          .create(bench.image(), ContainerOptions.builder().name(NAME).build())
          .close();
    }
  }

  /** A container that is there: opened, read from once, closed. */
  @Benchmark
  public byte[] open(Subject subject, Kept kept) throws IOException {
    try (Container container = subject.store().store().open(Kept.NAME)) {
      return Files.readAllBytes(container.root().resolve(FILE));
    }
  }
}
