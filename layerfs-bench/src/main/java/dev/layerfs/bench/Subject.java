package dev.layerfs.bench;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The standard image: 10,000 files of 4 KiB. */
@State(Scope.Benchmark)
public class Subject extends Fixture {
  /** Layers of the image, which has the same files with any number of them. */
  @Param({"1", "10", "100"})
  public int layers;

  @Override
  BenchImage image() {
    return ManyFiles.standard(layers);
  }
}
