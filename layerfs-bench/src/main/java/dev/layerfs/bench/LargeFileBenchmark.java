package dev.layerfs.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A large file of an image that is open: read from its beginning to its end, and overwritten in random places.
 *
 * <pre>layerfs-bench/jmh.sh LargeFileBenchmark -p mebibytes=1024 -jvmArgsAppend -Xmx6g -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LargeFileBenchmark {
  private static final int BLOCK = 4096;
  private static final int BUFFER = 1 << 18;

  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final Random random = new Random(1);
  private Path file = Path.of("");
  private int blocks;
  private @Nullable FileChannel writable;

  /** Makes a fresh container. */
  @Setup(Level.Trial)
  public void setUp(Large large) throws IOException {
    file = large.freshFile();
    blocks = (int) (large.size() / BLOCK);
  }

  /** Closes the file. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (writable != null) {
      writable.close();
    }
  }

  /** All of it, by a channel and a direct buffer of 256 KiB. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public long sequentialRead() throws IOException {
    long bytes = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
        bytes += read;
      }
    }
    return bytes;
  }

  /** 4 KiB to a random block; the first of these copies up, during the warm-up. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public int randomWrite() throws IOException {
    if (writable == null) {
      writable = FileChannel.open(file, StandardOpenOption.WRITE);
    }
    return Objects.requireNonNull(writable)
        .write(block.clear(), (long) random.nextInt(blocks) * BLOCK);
  }
}
