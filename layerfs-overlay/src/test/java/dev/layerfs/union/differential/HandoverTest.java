package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A kernel goes on where a view has left an upper, and a view where a kernel has: two operations, one by each, have the results
 * and leave the tree and the upper that they do if the kernel makes both. A part of the cases of {@link DepthTwoTest} is drawn;
 * {@code -Dlayerfs.handovers=N} says how many, {@code -Dlayerfs.seed=N} draws the same again. Needs root.
 */
@EnabledOnOs(OS.LINUX)
final class HandoverTest {
  private static final int CASES = Integer.getInteger("layerfs.handovers", Scale.of(60, 500));

  private final CaseDraw draw = new CaseDraw();

  /** One of them in each build, all at full scale. */
  static List<NativeHost> hosts() {
    return NativeHost.some(Seed.random(HandoverTest.class), "layerfs.handovers");
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void eachGoesOnWhereTheOtherHasLeft(NativeHost host) throws IOException {
    Comparer comparer = new Comparer(rules(host));
    draw.compare(CASES, comparer, cases -> compare(host, cases, comparer));
    System.out.println(host + " by turns, " + draw + ": " + comparer.summary());
    comparer.requireAgreement();
  }

  private static void compare(NativeHost host, List<Case> cases, Comparer comparer)
      throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Path directory = host.host().directoryIn(scratch.directory());
      Driver driver = new Driver(directory, host.marks());
      List<Outcome> kernel =
          new KernelOverlay(directory.resolve("kernel"), driver, host.marks()).run(cases);
      List<Case> asked = new ArrayList<>();
      List<Outcome> expected = new ArrayList<>();
      for (int i = 0; i < cases.size(); i++) {
        if (host == NativeHost.TRUSTED || !isLeftOut(kernel.get(i))) {
          asked.add(comparer.asked(cases.get(i), kernel.get(i).results()));
          expected.add(comparer.answered(kernel.get(i)));
        }
      }
      try (Handover handover = handover(host, directory.resolve("one"), asked)) {
        compare(asked, expected, handover.kernelFirst(), comparer);
      }
      try (Handover handover = handover(host, directory.resolve("other"), asked)) {
        compare(asked, expected, handover.viewFirst(), comparer);
      }
    }
  }

  private static Handover handover(NativeHost host, Path directory, List<Case> cases)
      throws IOException {
    return new Handover(host, Files.createDirectory(directory), cases);
  }

  private static void compare(
      List<Case> cases, List<Outcome> expected, List<Outcome> found, Comparer comparer) {
    for (int i = 0; i < cases.size(); i++) {
      comparer.compare(cases.get(i), expected.get(i), found.get(i));
    }
  }

  private static Set<Rule> rules(NativeHost host) {
    return host == NativeHost.TRUSTED
        ? EnumSet.of(Rule.MARKS_THAT_HIDE_NOTHING)
        : EnumSet.of(Rule.MARKS_THAT_HIDE_NOTHING, Rule.DIRECTORIES_STAY);
  }

  /**
   * What {@link Rule#ATTRIBUTES_NEED_STAND_INS} is about has to be converted before a kernel mounts it, and {@link
   * Rule#ONE_LINK_OF_TWO_NAMES} is about what the kernel remembers while it is mounted.
   */
  private static boolean isLeftOut(Outcome kernel) {
    if (kernel.results().contains("ESTALE")) {
      return true;
    }
    for (Map.Entry<String, TreeEntry> object : kernel.visible().entries().entrySet()) {
      TreeEntry entry = object.getValue();
      boolean able = !entry.isSpecial() && entry.type() != FileType.SYMLINK;
      if (!able && !entry.xattrs().isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
