package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * The copy-on-write hot path: each invocation writes 4 KiB to another file of the image for the first time, so that it is
 * copied up; or deletes it, which leaves a whiteout; or creates one. Beside it the same on a plain directory with the same
 * files. {@code layerfs-bench/jmh.sh CopyUpBenchmark -prof gc}; with the JDK's host files instead of those of layerfs-overlay:
 * {@code -jvmArgs --illegal-native-access=deny}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, batchSize = CopyUpBenchmark.BATCH)
@Measurement(iterations = 10, batchSize = CopyUpBenchmark.BATCH)
@Fork(1)
public class CopyUpBenchmark {
  /** Files written in an iteration; the time is that of all of them. */
  static final int BATCH = 1_000;

  private static final byte[] DATA = new byte[BenchImage.FILE_SIZE];

  /** Where it is done. */
  @Param
  public ReadBenchmark.Backend backend = ReadBenchmark.Backend.VIEW;

  /** Layers of the image. */
  @Param({"1", "100"})
  public int layers;

  private @Nullable BenchStore store;
  private @Nullable Container container;
  private Path root = Path.of("");
  private int next;

  /** Loads the image. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    store = new BenchStore(layers);
  }

  /** Starts a fresh container, or makes a fresh copy of the image's files. */
  @Setup(Level.Iteration)
  public void start() throws IOException {
    if (store != null && backend == ReadBenchmark.Backend.DIRECTORY) {
      root = store.unpacked();
    } else if (store != null) {
      Container opened = store
          .store()
          .create(store.image(), ContainerOptions.builder().ephemeral().build());
      container = opened;
      root = opened.root();
    }
    next = 0;
  }

  /** Removes the container. */
  @TearDown(Level.Iteration)
  public void stop() throws IOException {
    if (container != null) {
      container.close();
    }
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (store != null) {
      store.close();
    }
  }

  private Path nextFile() {
    return root.resolve(
        BenchImage.path(next++ % (BenchImage.DIRECTORIES * BenchImage.FILES_PER_DIRECTORY)));
  }

  /** Opens for writing, which copies up, and writes 4 KiB. */
  @Benchmark
  public void firstWrite() throws IOException {
    Files.write(nextFile(), DATA, StandardOpenOption.WRITE);
  }

  /** Deletes: a whiteout. */
  @Benchmark
  public void delete() throws IOException {
    Files.delete(nextFile());
  }

  /** Creates a file beside those of the image. */
  @Benchmark
  public void create() throws IOException {
    Files.write(root.resolve("srv/new" + next++), DATA, StandardOpenOption.CREATE_NEW);
  }
}
