package dev.layerfs.bench;

import dev.layerfs.ContainerOptions;
import dev.layerfs.Mount;
import dev.layerfs.spi.Installed;
import dev.layerfs.spi.MountBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
 * Kernel mounts: a container's, with and without another of its image that is mounted already, and the kernel's own share of
 * that. For other tools see {@code compare-mount.sh}. As root:
 *
 * <pre>layerfs-bench/jmh.sh MountBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MountBenchmark {
  private static final String NAME = "mounted";

  /** Layers of the image. */
  @Param({"1", "100"})
  public int layers;

  private @Nullable BenchStore store;
  private @Nullable Path scratch;

  /** Loads the image and makes a container. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    store = new BenchStore(Implementation.OVERLAY_MOUNT, ManyFiles.standard(layers));
    store
        .store()
        .create(store.image(), ContainerOptions.builder().name(NAME).build())
        .close();
    scratch = store.scratch().subdirectory("mounts");
    for (String name : List.of("target", "other", "lower", "upper", "work")) {
      Files.createDirectory(scratch.resolve(name));
    }
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (store != null) {
      store.close();
    }
  }

  private BenchStore store() {
    if (store == null) {
      throw new IllegalStateException("not set up");
    }
    return store;
  }

  private Path place(String name) {
    if (scratch == null) {
      throw new IllegalStateException("not set up");
    }
    return scratch.resolve(name);
  }

  /** Mounts a container, and with it the image, and unmounts both. */
  @Benchmark
  public void mountUnmount() throws IOException {
    store().store().mount(NAME, place("target")).close();
  }

  /** Makes a container, mounts it beside another one, unmounts and removes it. */
  @Benchmark
  public Sibling createMountRemove(Sibling sibling) throws IOException {
    store().container().mount(place("target")).close();
    return sibling;
  }

  /** Another container of the image that stays mounted. */
  @State(Scope.Benchmark)
  public static class Sibling {
    private @Nullable Mount mount;

    /** Mounts it. */
    @Setup(Level.Trial)
    public void setUp(MountBenchmark benchmark) throws IOException {
      mount = benchmark.store().store().mount(NAME, benchmark.place("other"));
    }

    /** Unmounts it. */
    @TearDown(Level.Trial)
    public void tearDown() throws IOException {
      if (mount != null) {
        mount.close();
      }
    }
  }

  /** What the kernel takes to mount and unmount an overlay of two plain directories, by the same calls. */
  @Benchmark
  public void overlayOfPlainDirectories() throws IOException {
    MountBackend backend = Installed.mountBackends().implementations().get(0);
    backend.mountUnion(
        new MountBackend.Union(
            "plain", List.of(place("lower")), place("upper"), place("work"), false, true),
        place("target"));
    backend.unmount(place("target"), false);
  }

  /**
   * What a container that goes with its mount takes at least: its directories are made, mounted without a promise of durability,
   * unmounted and deleted, with what the kernel has left in the work directory.
   */
  @Benchmark
  public void overlayOfNewDirectories() throws IOException {
    Path upper = Files.createDirectory(place("newUpper"));
    Path work = Files.createDirectory(place("newWork"));
    MountBackend backend = Installed.mountBackends().implementations().get(0);
    backend.mountUnion(
        new MountBackend.Union("new", List.of(place("lower")), upper, work, false, false),
        place("target"));
    backend.unmount(place("target"), false);
    Files.delete(upper);
    for (String left : List.of(
        "work/incompat/volatile/dirty", "work/incompat/volatile", "work/incompat", "work", "")) {
      Files.delete(work.resolve(left));
    }
  }
}
