package dev.layerfs.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An image with one large file. */
@State(Scope.Benchmark)
public class Large extends Fixture {
  /** The file's size. */
  @Param({"1", "100", "1024"})
  public int mebibytes;

  @Override
  BenchImage image() {
    return new LargeFile(size());
  }

  /** Returns the file's size in bytes. */
  long size() {
    return (long) mebibytes << 20;
  }

  /** Makes a fresh root and returns the file in it. */
  Path freshFile() throws IOException {
    return fresh().resolve(LargeFile.NAME);
  }
}
