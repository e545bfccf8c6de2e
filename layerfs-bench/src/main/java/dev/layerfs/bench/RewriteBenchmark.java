package dev.layerfs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * Writing to files that were copied up before.
 *
 * <pre>layerfs-bench/jmh.sh RewriteBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RewriteBenchmark {
  private static final int COPIED_UP = 1_000;
  private static final byte[] DATA = new byte[ManyFiles.STANDARD_SIZE];
  private static final byte[] LINE = new byte[64];

  private Path[] files = new Path[0];
  private int next;

  /** Copies files up. */
  @Setup(Level.Trial)
  public void setUp(Subject subject) throws IOException {
    Path root = subject.fresh();
    files = new Path[COPIED_UP];
    for (int i = 0; i < files.length; i++) {
      files[i] = root.resolve(ManyFiles.path(i));
      Files.write(files[i], DATA, StandardOpenOption.WRITE);
    }
  }

  private Path nextFile() {
    return files[next++ % files.length];
  }

  /** Opens, overwrites 4 KiB in place, closes. */
  @Benchmark
  public void rewrite() throws IOException {
    Files.write(nextFile(), DATA, StandardOpenOption.WRITE);
  }

  /** Opens, appends 64 bytes, closes. */
  @Benchmark
  public void append() throws IOException {
    Files.write(nextFile(), LINE, StandardOpenOption.APPEND);
  }
}
