package dev.layerfs.bench;

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
 * Reading through {@code java.nio.file}, in random order, with a warm page cache:
 *
 * <pre>layerfs-bench/jmh.sh ReadBenchmark -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReadBenchmark {
  private static final int PATHS = 1 << 14;

  private Path root = Path.of("");
  private Path[] files = new Path[0];
  private Path[] missing = new Path[0];
  private Path[] directories = new Path[0];
  private int next;

  /** Lists the image's files in random order. */
  @Setup(Level.Trial)
  public void setUp(Subject subject) throws IOException {
    root = subject.fresh();
    files = new Random(1)
        .ints(0, ManyFiles.STANDARD_FILES)
        .limit(PATHS)
        .mapToObj(file -> root.resolve(ManyFiles.path(file)))
        .toArray(Path[]::new);
    missing = new Path[files.length];
    for (int i = 0; i < files.length; i++) {
      missing[i] = files[i].resolveSibling("missing" + i);
    }
    directories = Arrays.stream(files).map(Path::getParent).distinct().toArray(Path[]::new);
  }

  private int advance() {
    return next++ & (files.length - 1);
  }

  /** A name that is there. */
  @Benchmark
  public boolean lookupHit() {
    return Files.exists(files[advance()]);
  }

  /** A name that is not there. */
  @Benchmark
  public boolean lookupMiss() {
    return Files.exists(missing[advance()]);
  }

  /** {@code stat} of a file. */
  @Benchmark
  public BasicFileAttributes stat() throws IOException {
    return Files.readAttributes(files[advance()], BasicFileAttributes.class);
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
