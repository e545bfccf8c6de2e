package dev.layerfs.union.differential;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Draws cases of two operations, the same again if {@code layerfs.seed} is set. */
final class CaseDraw {
  private static final List<State> STATES = KernelEnumerationTest.base();
  private static final int ALL =
      STATES.size() * Operation.values().length * Operation.values().length;

  /** So many times as many as were asked for, if a rule needs them. */
  private static final int MOST = 8;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  /**
   * Compares some cases, and some more as long as a rule has had none.
   *
   * @param count of some
   */
  void compare(int count, Comparer comparer, PartDraw.Comparison<Case> comparison)
      throws IOException {
    int[] drawn =
        new Random(seed).ints(0, ALL).distinct().limit(MOST * (long) count).toArray();
    for (int from = 0;
        from < drawn.length && (from == 0 || !comparer.isComplete());
        from += count) {
      int[] some = Arrays.copyOfRange(drawn, from, from + count);
      comparison.of(cases(Arrays.stream(some).sorted()));
    }
  }

  /** Returns those that rules are about which hardly any case needs. */
  static List<Case> rare() {
    State link =
        new State(ObjectKind.ABSENT, ObjectKind.ABSENT, ObjectKind.SYMLINK, Metadata.PLAIN);
    return cases(IntStream.of(
            number(link, Operation.LINK_FROM, Operation.RENAME_TO_NEW),
            number(link, Operation.LINK_FROM, Operation.SET_XATTR))
        .sorted());
  }

  private static int number(State state, Operation first, Operation second) {
    int operations = Operation.values().length;
    return (STATES.indexOf(state) * operations + first.ordinal()) * operations + second.ordinal();
  }

  /** Returns how many cases there are. */
  static int all() {
    return ALL;
  }

  /** Returns the cases of some numbers. */
  static List<Case> range(int from, int to) {
    return cases(IntStream.range(from, to));
  }

  private static List<Case> cases(IntStream numbers) {
    return numbers.mapToObj(number -> Case.depthTwo(STATES, number)).toList();
  }

  @Override
  public String toString() {
    return "layerfs.seed=" + seed;
  }
}
