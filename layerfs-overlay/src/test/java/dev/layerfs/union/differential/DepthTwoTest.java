package dev.layerfs.union.differential;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two operations, one after the other, on each state of {@link KernelEnumerationTest#base}: 373,527 cases, of which a part is
 * drawn. {@code -Dlayerfs.depth2=all} compares them all, {@code -Dlayerfs.depth2=N} as many as that, {@code -Dlayerfs.seed=N} the
 * same again. Needs root.
 */
@EnabledOnOs(OS.LINUX)
final class DepthTwoTest {
  private static final String PART = System.getProperty("layerfs.depth2", "4000");
  private static final int PER_MOUNT = 8_000;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));

  @ParameterizedTest
  @EnumSource
  void theViewDoesAsTheKernel(NativeHost host) throws IOException {
    List<State> states = KernelEnumerationTest.base();
    int operations = Operation.values().length;
    int[] numbers = part(states.size() * operations * operations);
    Comparer comparer = new Comparer(rules(host));
    long start = System.nanoTime();
    for (int from = 0; from < numbers.length; from += PER_MOUNT) {
      List<Case> cases = IntStream.of(numbers)
          .skip(from)
          .limit(PER_MOUNT)
          .mapToObj(number -> Case.depthTwo(states, number))
          .toList();
      try (Scratch scratch = Scratch.open()) {
        host.compare(scratch.directory(), cases, comparer);
      }
      if (PART.equals("all")) {
        System.out.println(
            host + " " + (System.nanoTime() - start) / 1_000_000_000 + " s: " + comparer.summary());
      }
    }
    System.out.println(host + ", layerfs.seed=" + seed + ": " + comparer.summary());
    comparer.requireAgreement();
  }

  private static Set<Rule> rules(NativeHost host) {
    return host == NativeHost.TRUSTED
        ? EnumSet.of(Rule.MARKS_THAT_HIDE_NOTHING)
        : EnumSet.of(
            Rule.MARKS_THAT_HIDE_NOTHING, Rule.DIRECTORIES_STAY, Rule.ATTRIBUTES_NEED_STAND_INS);
  }

  private int[] part(int all) {
    return PART.equals("all")
        ? IntStream.range(0, all).toArray()
        : new Random(seed)
            .ints(0, all)
            .distinct()
            .limit(Integer.parseInt(PART))
            .sorted()
            .toArray();
  }
}
