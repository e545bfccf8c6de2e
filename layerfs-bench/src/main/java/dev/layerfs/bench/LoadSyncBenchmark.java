package dev.layerfs.bench;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
 * What it costs that a load is durable, and what one {@code syncfs} at its end would cost instead, which is less than any that
 * keeps the order. The image has 100 layers, or is the one at {@code -Dlayerfs.bench.image}; the store is in {@code
 * -Dlayerfs.bench.dir}, which should be on a disk.
 *
 * <pre>layerfs-bench/jmh.sh LoadSyncBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 15)
@Fork(1)
public class LoadSyncBenchmark {
  private static final int LAYERS = 100;

  /** How the load reaches the disk. */
  public enum Sync {
    /** As layerfs does it. */
    FSYNC,

    /** One call for the whole file system, when all is written. */
    SYNCFS,

    /** When the system likes. */
    NONE
  }

  /** How the load reaches the disk. */
  @Param
  public Sync sync = Sync.NONE;

  private @Nullable Scratch scratch;
  private @Nullable Path image;
  private @Nullable LayerStore store;

  /** Finds or makes the image. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    Scratch created = Scratch.create();
    scratch = created;
    String given = System.getProperty("layerfs.bench.image");
    if (given != null) {
      image = Path.of(given);
    } else {
      Path archive = created.directory().resolve("image.tar");
      ManyFiles.standard(LAYERS).write(archive);
      image = archive;
    }
  }

  private Path store() {
    return Objects.requireNonNull(scratch, "not set up").directory().resolve("store");
  }

  /** Makes an empty store. */
  @Setup(Level.Invocation)
  public void open() throws IOException {
    StoreOptions options = sync == Sync.FSYNC
        ? StoreOptions.DEFAULT
        : StoreOptions.builder().unsafeNoSync().build();
    store = LayerStore.open(store(), options);
  }

  /** Loads the image. */
  @Benchmark
  public List<Image> load() throws IOException, InterruptedException {
    List<Image> loaded =
        Objects.requireNonNull(store, "not open").load(Objects.requireNonNull(image, "not set up"));
    if (sync == Sync.SYNCFS
        && new ProcessBuilder("sync", "-f", store().toString()).start().waitFor() != 0) {
      throw new IOException("sync -f has failed");
    }
    return loaded;
  }

  /** Deletes the store. */
  @TearDown(Level.Invocation)
  public void close() throws IOException {
    if (store != null) {
      store.close();
      Scratch.delete(store());
    }
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }
}
