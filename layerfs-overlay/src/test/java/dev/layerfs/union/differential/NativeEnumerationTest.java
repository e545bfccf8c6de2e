package dev.layerfs.union.differential;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cases of {@link KernelEnumerationTest} on uppers as this module keeps them, in which everything is what it is on a kernel's
 * mount: fewer rules are needed. Needs root.
 */
@EnabledOnOs(OS.LINUX)
final class NativeEnumerationTest {
  @ParameterizedTest
  @EnumSource
  void theViewDoesAsTheKernel(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.base(), Set.of());
  }

  @ParameterizedTest
  @EnumSource
  void soItDoesWithOtherKinds(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.otherKinds(), Set.of(Rule.HARD_LINKS_STAY));
  }

  @ParameterizedTest
  @EnumSource
  void soItDoesWithMetadata(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.metadata(), Set.of());
  }

  private static void compare(NativeHost host, List<State> states, Set<Rule> more)
      throws IOException {
    Set<Rule> rules = EnumSet.of(Rule.OPAQUE_WHERE_NEEDED);
    if (host == NativeHost.USER) {
      rules.add(Rule.DIRECTORIES_ARE_RENAMED);
      rules.add(Rule.ATTRIBUTES_NEED_STAND_INS);
    }
    rules.addAll(more);
    Comparer comparer = new Comparer(rules);
    try (Scratch scratch = Scratch.open()) {
      host.compare(scratch.directory(), Case.depthOne(states), comparer);
    }
    System.out.println(host + ": " + comparer.summary());
    comparer.requireAgreement();
  }
}
