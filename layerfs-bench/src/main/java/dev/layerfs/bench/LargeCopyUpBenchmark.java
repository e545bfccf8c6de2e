package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import dev.layerfs.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
 * The first write, of 4 KiB, to a large file of an image: through the view and through the kernel's mount. Which file system is
 * measured says {@code -jvmArgsAppend -Dlayerfs.bench.dir=DIR}; {@code compare-copyup.sh} runs it on ext4, xfs and btrfs. As root.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(1)
public class LargeCopyUpBenchmark {
  /** Who copies up. */
  public enum Backend {
    /** The union view. */
    VIEW,
    /** The kernel's overlayfs. */
    MOUNT
  }

  /** Who copies up. */
  @Param
  public Backend backend = Backend.VIEW;

  /** The file's size in MiB. */
  @Param({"1", "100", "1024"})
  public int mebibytes;

  private @Nullable Path scratch;
  private @Nullable LayerStore store;
  private @Nullable Container container;
  private @Nullable Mount mount;
  private @Nullable Path file;

  /** Loads the image. */
  @Setup(Level.Trial)
  public void load() throws IOException {
    String parent = System.getProperty("layerfs.bench.dir", System.getProperty("java.io.tmpdir"));
    scratch = Files.createTempDirectory(Path.of(parent), "layerfs-bench");
    Path archive = scratch.resolve("image.tar");
    BenchImage.writeLarge(archive, (long) mebibytes << 20);
    store = LayerStore.open(
        scratch.resolve("store"), StoreOptions.builder().unsafeNoSync().build());
    store.load(archive);
    Files.delete(archive);
    Files.createDirectory(scratch.resolve("target"));
  }

  /** Makes a container. */
  @Setup(Level.Invocation)
  public void open() throws IOException {
    if (store == null || scratch == null) {
      throw new IllegalStateException("not set up");
    }
    Image image = store.images().get(0);
    container = store.create(image, ContainerOptions.builder().ephemeral().build());
    Path root = container.root();
    if (backend == Backend.MOUNT) {
      mount = container.mount(scratch.resolve("target"));
      root = mount.target();
    }
    file = root.resolve("large");
  }

  /** Removes it. */
  @TearDown(Level.Invocation)
  public void remove() throws IOException {
    if (mount != null) {
      mount.close();
    } else if (container != null) {
      container.close();
    }
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    if (store != null && scratch != null) {
      store.close();
      BenchStore.delete(scratch);
    }
  }

  /** Writes to the file for the first time. */
  @Benchmark
  public int firstWrite() throws IOException {
    if (file == null) {
      throw new IllegalStateException("not set up");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.write(ByteBuffer.allocate(BenchImage.FILE_SIZE), 0);
    }
  }
}
