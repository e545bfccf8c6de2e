package dev.layerfs.union.differential;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Draws cases of two operations, the same again if {@code layerfs.seed} is set. */
final class CaseDraw {
  private static final List<State> STATES = KernelEnumerationTest.base();
  private static final int ALL =
      STATES.size() * Operation.values().length * Operation.values().length;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  /** Returns some cases, in their order. */
  List<Case> some(int count) {
    return cases(some(count, IntStream.empty()));
  }

  /** Returns some cases, and those that rules are about which hardly any case needs. */
  List<Case> someAndRare(int count) {
    State link =
        new State(ObjectKind.ABSENT, ObjectKind.ABSENT, ObjectKind.SYMLINK, Metadata.PLAIN);
    return cases(some(
        count,
        IntStream.of(
            number(link, Operation.LINK_FROM, Operation.RENAME_TO_NEW),
            number(link, Operation.LINK_FROM, Operation.SET_XATTR))));
  }

  private IntStream some(int count, IntStream more) {
    IntStream drawn = new Random(seed).ints(0, ALL).distinct().limit(count);
    return IntStream.concat(drawn, more).distinct().sorted();
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
