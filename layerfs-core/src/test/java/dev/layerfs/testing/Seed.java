package dev.layerfs.testing;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** What tests draw a part with: another number in each run, or that of {@code -Dlayerfs.seed}, which draws the same again. */
public final class Seed {
  private static final String PROPERTY = "layerfs.seed";
  private static final long VALUE =
      Long.getLong(PROPERTY, ThreadLocalRandom.current().nextInt(1_000_000_000));

  private Seed() {}

  /** Returns what draws for a test, and prints how it draws the same again. */
  public static Random random(Class<?> test) {
    System.out.println(test.getSimpleName() + ": -D" + PROPERTY + '=' + VALUE);
    return new Random(VALUE);
  }
}
