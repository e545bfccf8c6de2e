package dev.layerfs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Several threads in one container, each with files at random; operations of all of them in a millisecond. For N threads, and
 * for N that read beside M that write:
 *
 * <pre>layerfs-bench/jmh.sh ConcurrencyBenchmark.alone -t N
 * layerfs-bench/jmh.sh ConcurrencyBenchmark.mixed -tg N,M</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConcurrencyBenchmark {
  private static final byte[] DATA = new byte[ManyFiles.STANDARD_SIZE];
  private static final int WRITTEN = 1_000;

  private Path[] files = new Path[0];

  /** Makes a container, and copies up the files that are written to. */
  @Setup(Level.Trial)
  public void setUp(Subject subject) throws IOException {
    Path root = subject.fresh();
    files = new Path[ManyFiles.STANDARD_FILES];
    for (int i = 0; i < files.length; i++) {
      files[i] = root.resolve(ManyFiles.path(i));
    }
    for (int i = 0; i < WRITTEN; i++) {
      Files.write(files[i], DATA, StandardOpenOption.WRITE);
    }
  }

  private byte[] read() throws IOException {
    return Files.readAllBytes(files[ThreadLocalRandom.current().nextInt(files.length)]);
  }

  private Path write() throws IOException {
    return Files.write(
        files[ThreadLocalRandom.current().nextInt(WRITTEN)], DATA, StandardOpenOption.WRITE);
  }

  /** All threads read files of 4 KiB. */
  @Benchmark
  public byte[] aloneReading() throws IOException {
    return read();
  }

  /** All threads write 4 KiB to files that were copied up. */
  @Benchmark
  public Path aloneWriting() throws IOException {
    return write();
  }

  /** Those that read while others write. */
  @Benchmark
  @Group("mixed")
  @GroupThreads(1)
  public byte[] mixedReading() throws IOException {
    return read();
  }

  /** Those that write while others read. */
  @Benchmark
  @Group("mixed")
  @GroupThreads(1)
  public Path mixedWriting() throws IOException {
    return write();
  }
}
