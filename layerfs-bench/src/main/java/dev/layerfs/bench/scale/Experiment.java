package dev.layerfs.bench.scale;

import dev.layerfs.bench.Scratch;
import java.io.IOException;

/** Measures something for growing numbers of one thing. */
interface Experiment {
  /** Returns what there is more and more of, {@code layers} for example. */
  String variable();

  /** Returns the numbers to measure, ascending. */
  long[] steps();

  /**
   * Measures all that is of interest for one of them.
   *
   * @param x how many
   * @param scratch for this one alone
   */
  void measure(int x, Scratch scratch, Recorder out) throws IOException;
}
