package dev.layerfs.union.differential;

import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Draws a part of the cases of one operation, the same again if {@code layerfs.seed} is set. All are compared if they are few, at
 * full {@link Scale}, and if a {@link Rule} has no case in less.
 */
final class PartDraw {
  private static final int FEW = 200;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  /** Compares some cases. */
  interface Comparison<T> {
    /** Makes each of them, and tells the comparer. */
    void of(List<T> cases) throws IOException;
  }

  /**
   * Compares a part of what there is, and the next as long as some rule has had no case.
   *
   * @param all what there is
   * @param oneIn how many there are for each in a part
   */
  <T> void compare(List<T> all, int oneIn, Comparer comparer, Comparison<T> comparison)
      throws IOException {
    for (List<T> part : parts(all, oneIn)) {
      if (!comparer.isComplete()) {
        comparison.of(part);
      }
    }
  }

  private <T> List<List<T>> parts(List<T> all, int oneIn) {
    if (Scale.isFull() || all.size() < FEW) {
      return List.of(all);
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int size = (all.size() + oneIn - 1) / oneIn;
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < order.size(); from += size) {
      List<Integer> part = order.subList(from, Math.min(from + size, order.size()));
      parts.add(part.stream().sorted().map(all::get).toList());
    }
    return parts;
  }

  @Override
  public String toString() {
    return "layerfs.seed=" + seed;
  }
}
