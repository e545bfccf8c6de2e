package dev.layerfs.union.differential;

import dev.layerfs.testing.Scale;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** Draws a part of cases of one operation, the same again if {@code layerfs.seed} is set. */
final class PartDraw {
  /** Among these a rule may be needed by one. */
  private static final int FEW = 1_000;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  /** Returns some cases of some states, about one of so many; all if they are few, and at full {@link Scale}. */
  List<Case> some(List<State> states, int oneIn) {
    List<Case> all = Case.depthOne(states);
    return all.size() < FEW ? all : Scale.some(all, oneIn, random());
  }

  /** Returns what a part is drawn with. */
  Random random() {
    return new Random(seed);
  }

  @Override
  public String toString() {
    return "layerfs.seed=" + seed;
  }
}
