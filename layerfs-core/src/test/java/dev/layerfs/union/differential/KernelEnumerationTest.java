package dev.layerfs.union.differential;

import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The view must do as the kernel of this machine does on an overlay mount with an upper of the same format, but for what
 * {@link Rule} has. Needs root, device nodes and overlayfs. A part of the cases is drawn, all are compared at full {@link
 * Scale}; {@code -Dlayerfs.seed=N} draws the same again.
 */
@EnabledOnOs(OS.LINUX)
final class KernelEnumerationTest {
  private static final Set<Rule> IN_EVERY_RUN =
      EnumSet.of(Rule.OPAQUE_WHERE_NEEDED, Rule.DIRECTORIES_ARE_RENAMED, Rule.STAND_INS);

  /** Of each rule there are sixty cases and more. */
  static final int ONE_IN = 24;

  /** There are fewer of these. */
  static final int ONE_IN_FEWER = 12;

  private final PartDraw draw = new PartDraw();

  @Test
  void theViewDoesAsTheKernel() throws IOException {
    compare(base(), ONE_IN, IN_EVERY_RUN);
  }

  @Test
  void soItDoesWithOtherKinds() throws IOException {
    compare(otherKinds(), ONE_IN_FEWER, with(Rule.HARD_LINKS_STAY));
  }

  @Test
  void soItDoesWithMetadata() throws IOException {
    compare(metadata(), ONE_IN_FEWER, with(Rule.PRIVILEGED_ATTRIBUTES_OF_THE_UPPER));
  }

  /** What the prototype enumerated. */
  static List<State> base() {
    return State.all(ObjectKind.BASE);
  }

  /** Pipes, devices and hard links in each place: alone, beneath and above others. */
  static List<State> otherKinds() {
    return State.oneOf(
        List.of(ObjectKind.FIFO, ObjectKind.DEVICE, ObjectKind.HARD_LINKS),
        List.of(ObjectKind.ABSENT, ObjectKind.WHITEOUT, ObjectKind.DIRECTORY));
  }

  /** Owners, special bits, times and attributes of what is in the image, in the upper and in both. */
  static List<State> metadata() {
    List<State> states = new ArrayList<>(State.oneOf(
        List.of(ObjectKind.FILE, ObjectKind.SYMLINK, ObjectKind.DIRECTORY),
        List.of(ObjectKind.ABSENT)));
    ObjectKind merged = ObjectKind.DIRECTORY;
    states.add(new State(merged, merged, merged, Metadata.PLAIN));
    return State.varied(states);
  }

  private static Set<Rule> with(Rule rule) {
    Set<Rule> rules = EnumSet.copyOf(IN_EVERY_RUN);
    rules.add(rule);
    return rules;
  }

  private void compare(List<State> states, int oneIn, Set<Rule> rules) throws IOException {
    Comparer comparer = new Comparer(rules);
    draw.compare(Case.depthOne(states), oneIn, comparer, part -> compare(part, comparer));
    System.out.println("this kernel, " + draw + ": " + comparer.summary());
    comparer.requireAgreement();
  }

  private static void compare(List<Case> cases, Comparer comparer) throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Path directory = TestHost.OVERLAYFS.directoryIn(scratch.directory());
      Driver driver = new Driver(directory, MarkNamespace.USER);
      List<Outcome> kernel =
          new KernelOverlay(directory.resolve("kernel"), driver, MarkNamespace.USER).run(cases);
      List<Outcome> view = new ViewRunner(directory.resolve("view"), TestHost.OVERLAYFS)
          .run(cases, driver::plant, RawUpper::ofCases);
      for (int i = 0; i < cases.size(); i++) {
        comparer.compare(cases.get(i), kernel.get(i), view.get(i));
      }
    }
  }
}
