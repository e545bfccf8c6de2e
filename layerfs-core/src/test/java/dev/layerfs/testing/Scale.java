package dev.layerfs.testing;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How much of what could be tried a test tries: in each build a part that has every kind of it, and with {@code
 * -Dlayerfs.test.scale=full}, which the profile {@code extended} sets, what takes minutes.
 */
public final class Scale {
  private static final String PROPERTY = "layerfs.test.scale";
  private static final String EVERYTHING = "full";
  private static final boolean FULL = EVERYTHING.equals(System.getProperty(PROPERTY));

  private Scale() {}

  /** Returns whether this run may take minutes. */
  public static boolean isFull() {
    return FULL;
  }

  /** Returns what makes another JVM's scale the same. */
  static String option() {
    return "-D" + PROPERTY + '=' + (FULL ? EVERYTHING : "part");
  }

  /**
   * Returns those to try, in their order.
   *
   * @param all at full scale
   * @param oneIn how many there are for each that a build tries
   * @param random draws them
   */
  public static <T> List<T> some(List<T> all, int oneIn, Random random) {
    return FULL ? all : all.stream().filter(each -> random.nextInt(oneIn) == 0).toList();
  }

  /**
   * Returns one of the shares that have every element once, in their order; at full scale it is everything.
   *
   * @param all what is shared
   * @param number of the share, not negative
   * @param shares how many there are in a build
   */
  public static <T> List<T> share(List<T> all, int number, int shares) {
    return FULL
        ? all
        : IntStream.range(0, all.size())
            .filter(i -> i % shares == number % shares)
            .mapToObj(all::get)
            .toList();
  }

  /**
   * Returns how many to try.
   *
   * @param part in each build
   * @param full in the profile {@code extended}
   */
  public static int of(int part, int full) {
    return FULL ? full : part;
  }
}
