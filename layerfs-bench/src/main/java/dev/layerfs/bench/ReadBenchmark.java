package dev.layerfs.bench;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading through {@code java.nio.file}: a container's root against a plain directory with the same files. Random order,
 * page cache warm. {@code layerfs-bench/jmh.sh ReadBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReadBenchmark {
  /** What is read. */
  public enum Backend {
    /** A container's root through the union view. */
    VIEW,
    /** A directory of the default file system. */
    DIRECTORY
  }

  /** What is read. */
  @Param
  public Backend backend = Backend.VIEW;

  /** Layers of the image. */
  @Param({"1", "100"})
  public int layers;

  private @Nullable BenchStore store;
  private @Nullable Container container;
  private Path root = Path.of("");
  private Path[] files = new Path[0];
  private Path[] missing = new Path[0];
  private Path[] directories = new Path[0];
  private int next;

  /** Loads the image and lists its files in random order. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    BenchStore bench = new BenchStore(layers);
    store = bench;
    if (backend == Backend.VIEW) {
      Container opened = bench
          .store()
          .create(bench.image(), ContainerOptions.builder().ephemeral().build());
      container = opened;
      root = opened.root();
    } else {
      root = bench.unpacked();
    }
    files = new Random(1)
        .ints(0, BenchImage.DIRECTORIES * BenchImage.FILES_PER_DIRECTORY)
        .limit(1 << 14)
        .mapToObj(file -> root.resolve(BenchImage.path(file)))
        .toArray(Path[]::new);
    missing = new Path[files.length];
    for (int i = 0; i < files.length; i++) {
      missing[i] = files[i].resolveSibling("missing" + i);
    }
    directories = Arrays.stream(files).map(Path::getParent).distinct().toArray(Path[]::new);
  }

  /** Closes and deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    if (container != null) {
      container.close();
    }
    if (store != null) {
      store.close();
    }
  }

  private int advance() {
    return next++ & (files.length - 1);
  }

  /** {@code stat} of a file. */
  @Benchmark
  public BasicFileAttributes stat() throws IOException {
    return Files.readAttributes(files[advance()], BasicFileAttributes.class);
  }

  /** A name that is not there. */
  @Benchmark
  public boolean lookupMiss() {
    return Files.exists(missing[advance()]);
  }

  /** Open, read 4 KiB, close. */
  @Benchmark
  public byte[] read4k() throws IOException {
    return Files.readAllBytes(files[advance()]);
  }

  /** The names of a directory of 100 files. */
  @Benchmark
  public int readdir() throws IOException {
    int names = 0;
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directories[next++ % directories.length])) {
      for (Path entry : entries) {
        names += entry.getNameCount() > 0 ? 1 : 0;
      }
    }
    return names;
  }

  /** All 10,000 files with their attributes. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public long walk() throws IOException {
    long[] bytes = {0};
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        bytes[0] += attributes.size();
        return FileVisitResult.CONTINUE;
      }
    });
    return bytes[0];
  }
}
