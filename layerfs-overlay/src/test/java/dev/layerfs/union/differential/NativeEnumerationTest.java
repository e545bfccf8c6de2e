package dev.layerfs.union.differential;

import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of {@link KernelEnumerationTest} on uppers as this module keeps them, in which everything is what it is on a kernel's
 * mount: fewer rules are needed. Needs root. A part of the cases is drawn, as there.
 */
@EnabledOnOs(OS.LINUX)
final class NativeEnumerationTest {
  private static final List<ObjectKind> KINDS =
      List.of(ObjectKind.ABSENT, ObjectKind.FILE, ObjectKind.DIRECTORY, ObjectKind.WHITEOUT);

  /** On each of two hosts. */
  private static final int ONE_IN = 2 * KernelEnumerationTest.ONE_IN;

  private final PartDraw draw = new PartDraw();

  @ParameterizedTest
  @EnumSource
  void theViewDoesAsTheKernel(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.base(), ONE_IN, Set.of());
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void soItDoesWithOtherKinds(NativeHost host) throws IOException {
    compare(
        host,
        KernelEnumerationTest.otherKinds(),
        KernelEnumerationTest.ONE_IN_FEWER,
        Set.of(Rule.HARD_LINKS_STAY));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void soItDoesWithMetadata(NativeHost host) throws IOException {
    compare(host, KernelEnumerationTest.metadata(), KernelEnumerationTest.ONE_IN_FEWER, Set.of());
  }

  /** One of them in each build, all at full scale. */
  static List<NativeHost> hosts() {
    return NativeHost.some(Seed.random(NativeEnumerationTest.class));
  }

  /** Each directory, on one of the hosts in each build, on all at full scale. */
  static Stream<Arguments> hostsAndDirectories() {
    Random random = Seed.random(NativeEnumerationTest.class);
    return Stream.of(ParentState.MERGED, ParentState.OPAQUE, ParentState.UPPER)
        .flatMap(
            parent -> NativeHost.some(random).stream().map(host -> Arguments.of(host, parent)));
  }

  /** Wherever the directory is in which it happens. */
  @ParameterizedTest
  @MethodSource("hostsAndDirectories")
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
  @MethodSource("hosts")
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
