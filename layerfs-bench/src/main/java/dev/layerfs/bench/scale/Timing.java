package dev.layerfs.bench.scale;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Takes the time of what is too long, or too different each time, for JMH. */
final class Timing {
  /** What takes time. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private Timing() {}

  /** Returns how many nanoseconds it takes. */
  static double once(Action action) throws IOException {
    long start = System.nanoTime();
    action.run();
    return System.nanoTime() - start;
  }

  /** Returns the median, in nanoseconds, of {@code runs} after one that does not count. */
  static double median(int runs, Action action) throws IOException {
    action.run();
    double[] times = new double[runs];
    for (int i = 0; i < runs; i++) {
      times[i] = once(action);
    }
    Arrays.sort(times);
    return times[runs / 2];
  }

  /** Runs it again and again for so many milliseconds, and returns the mean in nanoseconds. */
  static double mean(long millis, Action action) throws IOException {
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    long runs = 0;
    long now = start;
    while (now < end) {
      action.run();
      runs++;
      now = System.nanoTime();
    }
    return (double) (now - start) / runs;
  }
}
