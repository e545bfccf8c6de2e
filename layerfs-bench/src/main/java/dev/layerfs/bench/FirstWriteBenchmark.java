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
 * What a container pays once for each file of its image: each invocation takes another file of a fresh container. In a plain
 * directory nothing is copied and nothing hidden, so that is the least it can cost.
 *
 * <pre>layerfs-bench/jmh.sh FirstWriteBenchmark -prof gc</pre>
 *
 * <p>With the JDK's host files instead of those of layerfs-overlay: {@code -jvmArgs --illegal-native-access=deny}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, batchSize = FirstWriteBenchmark.BATCH)
@Measurement(iterations = 10, batchSize = FirstWriteBenchmark.BATCH)
@Fork(1)
public class FirstWriteBenchmark {
  /** Files of an iteration; the time that JMH prints is that of all of them. */
  static final int BATCH = 1_000;

  private static final byte[] DATA = new byte[ManyFiles.STANDARD_SIZE];

  private Path root = Path.of("");
  private int next;

  /** Makes a fresh container. */
  @Setup(Level.Iteration)
  public void setUp(Subject subject) throws IOException {
    root = subject.fresh();
    next = 0;
  }

  private Path nextFile() {
    return root.resolve(ManyFiles.path(next++));
  }

  /** Opens for writing, which copies up, and writes 4 KiB. */
  @Benchmark
  public void firstWrite() throws IOException {
    Files.write(nextFile(), DATA, StandardOpenOption.WRITE);
  }

  /** Deletes: a whiteout. */
  @Benchmark
  public void unlink() throws IOException {
    Files.delete(nextFile());
  }

  /** Renames a file: it is copied up, and a whiteout is left. */
  @Benchmark
  public void rename() throws IOException {
    Path file = nextFile();
    Files.move(file, file.resolveSibling("renamed" + next));
  }

  /** Creates a file of 4 KiB beside those of the image. */
  @Benchmark
  public void create() throws IOException {
    Files.write(root.resolve("srv/new" + next++), DATA, StandardOpenOption.CREATE_NEW);
  }
}
