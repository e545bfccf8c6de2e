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
    compare(host, draw.some(KernelEnumerationTest.base(), KernelEnumerationTest.ONE_IN), Set.of());
  }

  @ParameterizedTest
  @EnumSource
  void soItDoesWithOtherKinds(NativeHost host) throws IOException {
    compare(host, draw.some(KernelEnumerationTest.otherKinds(), 2), Set.of(Rule.HARD_LINKS_STAY));
  }

  @ParameterizedTest
  @EnumSource
  void soItDoesWithMetadata(NativeHost host) throws IOException {
    compare(host, Case.depthOne(KernelEnumerationTest.metadata()), Set.of());
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
    run(host, draw.some(State.in(parent, KINDS), 2), rules);
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
    run(host, Case.depthOne(states), rules);
  }

  private static Set<Rule> rules(NativeHost host) {
    return host == NativeHost.TRUSTED
        ? EnumSet.of(Rule.OPAQUE_WHERE_NEEDED)
        : EnumSet.of(
            Rule.OPAQUE_WHERE_NEEDED, Rule.DIRECTORIES_ARE_RENAMED, Rule.ATTRIBUTES_NEED_STAND_INS);
  }

  private void compare(NativeHost host, List<Case> cases, Set<Rule> more) throws IOException {
    Set<Rule> rules = rules(host);
    rules.addAll(more);
    run(host, cases, rules);
  }

  private void run(NativeHost host, List<Case> cases, Set<Rule> rules) throws IOException {
    Comparer comparer = new Comparer(rules);
    try (Scratch scratch = Scratch.open()) {
      host.compare(scratch.directory(), cases, comparer);
    }
    System.out.println(host + ", " + draw + ": " + comparer.summary());
    comparer.requireAgreement();
  }
}
