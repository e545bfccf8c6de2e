package dev.layerfs.testing;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What tests draw a part with: another number in each run, or that of {@code -Dlayerfs.seed}, which draws the same again. So does
 * {@code -Dlayerfs.draw}, by which a build can be repeated: it leaves the cases that are made up, and not drawn, as they always are.
 */
public final class Seed {
  private static final String PROPERTY = "layerfs.seed";
  private static final long VALUE = Long.getLong(
      PROPERTY, Long.getLong("layerfs.draw", ThreadLocalRandom.current().nextInt(1_000_000_000)));

  private Seed() {}

  /** Returns what draws for a test, and prints how it draws the same again. */
  public static Random random(Class<?> test) {
    System.out.println(test.getSimpleName() + ": -D" + PROPERTY + '=' + VALUE);
    return new Random(VALUE);
  }
}
