package dev.layerfs.union.differential;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cases of {@link KernelEnumerationTest} on uppers as this module keeps them, in which everything is what it is on a kernel's
 * mount: fewer rules are needed. Needs root. A part of the cases is drawn, as there.
 */
@EnabledOnOs(OS.LINUX)
final class NativeEnumerationTest {
  private static final List<ObjectKind> KINDS =
      List.of(ObjectKind.ABSENT, ObjectKind.FILE, ObjectKind.DIRECTORY, ObjectKind.WHITEOUT);

  private final PartDraw draw = new PartDraw();

  @ParameterizedTest
  @EnumSource
  void theViewDoesAsTheKernel(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.base(), KernelEnumerationTest.ONE_IN, Set.of());
  }

  @ParameterizedTest
  @EnumSource
  void soItDoesWithOtherKinds(NativeHost host) throws IOException {
    compare(
        host,
        KernelEnumerationTest.otherKinds(),
        KernelEnumerationTest.ONE_IN_FEWER,
        Set.of(Rule.HARD_LINKS_STAY));
  }

  @ParameterizedTest
  @EnumSource
  void soItDoesWithMetadata(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.metadata(), KernelEnumerationTest.ONE_IN_FEWER, Set.of());
  }

  /** Wherever the directory is in which it happens. */
  @ParameterizedTest
  @CsvSource({
    "TRUSTED, MERGED",
    "TRUSTED, OPAQUE",
    "TRUSTED, UPPER",
    "USER, MERGED",
    "USER, OPAQUE",
    "USER, UPPER"
  })
  void soItDoesInOtherDirectories(NativeHost host, ParentState parent) throws IOException {
    Set<Rule> rules = rules(host);
    rules.remove(Rule.ATTRIBUTES_NEED_STAND_INS); // there are neither links nor special files
    if (!parent.isMerged()) {
      rules.remove(Rule.DIRECTORIES_ARE_RENAMED); // there are none of the image
      rules.add(Rule.NO_GHOSTS);
    }
    run(host, State.in(parent, KINDS), rules);
  }

  /** Files without content and with holes, and lists of permissions, in the image and in the upper. */
  @ParameterizedTest
  @EnumSource
  void soItDoesWithSizesAndLists(NativeHost host) throws IOException {
    List<State> states = new ArrayList<>(State.with(
        Metadata.SIZES, State.oneOf(List.of(ObjectKind.FILE), List.of(ObjectKind.ABSENT))));
    states.addAll(State.with(
        Metadata.LISTS,
        State.oneOf(List.of(ObjectKind.FILE, ObjectKind.DIRECTORY), List.of(ObjectKind.ABSENT))));
    Set<Rule> rules = rules(host);
    rules.remove(Rule.ATTRIBUTES_NEED_STAND_INS); // there are neither links nor special files
    run(host, states, rules);
  }

  private static Set<Rule> rules(NativeHost host) {
    return host == NativeHost.TRUSTED
        ? EnumSet.of(Rule.OPAQUE_WHERE_NEEDED)
        : EnumSet.of(
            Rule.OPAQUE_WHERE_NEEDED, Rule.DIRECTORIES_ARE_RENAMED, Rule.ATTRIBUTES_NEED_STAND_INS);
  }

  private void compare(NativeHost host, List<State> states, int oneIn, Set<Rule> more)
      throws IOException {
    Set<Rule> rules = rules(host);
    rules.addAll(more);
    run(host, states, oneIn, rules);
  }

  private void run(NativeHost host, List<State> states, Set<Rule> rules) throws IOException {
    run(host, states, KernelEnumerationTest.ONE_IN_FEWER, rules);
  }

  private void run(NativeHost host, List<State> states, int oneIn, Set<Rule> rules)
      throws IOException {
    Comparer comparer = new Comparer(rules);
    draw.compare(Case.depthOne(states), oneIn, comparer, part -> {
      try (Scratch scratch = Scratch.open()) {
        host.compare(scratch.directory(), part, comparer);
      }
    });
    System.out.println(host + ", " + draw + ": " + comparer.summary());
    comparer.requireAgreement();
  }
}
