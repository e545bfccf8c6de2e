package dev.layerfs.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
 * The first write, of 4 KiB, to a large file of an image, in a fresh container each time.
 *
 * <pre>layerfs-bench/jmh.sh LargeCopyUpBenchmark -jvmArgsAppend -Xmx6g</pre>
 *
 * <p>Which file system is measured says {@code -jvmArgsAppend -Dlayerfs.bench.dir=DIR}; {@code compare-copyup.sh} runs it on
 * ext4, xfs and btrfs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(1)
public class LargeCopyUpBenchmark {
  private Path file = Path.of("");

  /** Makes a fresh container. */
  @Setup(Level.Iteration)
  public void setUp(Large large) throws IOException {
    file = large.freshFile();
  }

  /** Opens for writing, writes 4 KiB, closes. */
  @Benchmark
  public int firstWrite() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.write(ByteBuffer.allocate(ManyFiles.STANDARD_SIZE), 0);
    }
  }
}
