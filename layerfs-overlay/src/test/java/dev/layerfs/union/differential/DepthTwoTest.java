package dev.layerfs.union.differential;

import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two operations, one after the other, on each state of {@link KernelEnumerationTest#base}: 373,527 cases, of which a part is
 * drawn. {@code -Dlayerfs.depth2=all} compares them all, {@code -Dlayerfs.depth2=M-N} those from M to N, {@code
 * -Dlayerfs.depth2=N} as many as that, {@code -Dlayerfs.seed=N} the
 * same again. Needs root.
 */
@EnabledOnOs(OS.LINUX)
final class DepthTwoTest {
  private static final String PART = System.getProperty(
          "layerfs.depth2", Scale.isFull() ? "3000" : "250")
      .replace("all", "0-" + CaseDraw.all());
  private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d+)");
  private static final int PER_MOUNT = 8_000;

  private final CaseDraw draw = new CaseDraw();

  /** One of them in each build, all at full scale. */
  static List<NativeHost> hosts() {
    return NativeHost.some(Seed.random(DepthTwoTest.class), "layerfs.depth2");
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void theViewDoesAsTheKernel(NativeHost host) throws IOException {
    Comparer comparer = new Comparer(rules(host));
    Matcher range = RANGE.matcher(PART);
    if (range.matches()) {
      int end = Math.min(Integer.parseInt(range.group(2)), CaseDraw.all());
      for (int from = Integer.parseInt(range.group(1)); from < end; from += PER_MOUNT) {
        compare(host, CaseDraw.range(from, Math.min(from + PER_MOUNT, end)), comparer);
        System.out.println(host + ": " + comparer.summary());
      }
    } else {
      compare(host, CaseDraw.rare(), comparer);
      draw.compare(Integer.parseInt(PART), comparer, some -> compare(host, some, comparer));
      System.out.println(host + ", " + draw + ": " + comparer.summary());
    }
    comparer.requireAgreement();
  }

  private static void compare(NativeHost host, List<Case> cases, Comparer comparer)
      throws IOException {
    try (Scratch scratch = Scratch.open()) {
      host.compare(scratch.directory(), cases, comparer);
    }
  }

  private static Set<Rule> rules(NativeHost host) {
    return host == NativeHost.TRUSTED
        ? EnumSet.of(Rule.MARKS_THAT_HIDE_NOTHING)
        : EnumSet.of(
            Rule.MARKS_THAT_HIDE_NOTHING,
            Rule.DIRECTORIES_STAY,
            Rule.ATTRIBUTES_NEED_STAND_INS,
            Rule.ONE_LINK_OF_TWO_NAMES,
            Rule.SEVERAL_NAMES_HAVE_NO_STAND_IN);
  }
}
