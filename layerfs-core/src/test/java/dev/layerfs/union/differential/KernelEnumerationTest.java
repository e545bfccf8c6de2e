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
 * {@link Rule} has. Needs root, device nodes and overlayfs.
 */
@EnabledOnOs(OS.LINUX)
final class KernelEnumerationTest {
  private static final Set<Rule> IN_EVERY_RUN =
      EnumSet.of(Rule.OPAQUE_WHERE_NEEDED, Rule.DIRECTORIES_ARE_RENAMED, Rule.STAND_INS);

  @Test
  void theViewDoesAsTheKernel() throws IOException {
    compare(Case.depthOne(State.all(ObjectKind.BASE)), IN_EVERY_RUN);
  }

  /** Pipes, devices and hard links in each place: alone, beneath and above others. */
  @Test
  void soItDoesWithOtherKinds() throws IOException {
    List<State> states = State.oneOf(
        List.of(ObjectKind.FIFO, ObjectKind.DEVICE, ObjectKind.HARD_LINKS),
        List.of(ObjectKind.ABSENT, ObjectKind.WHITEOUT, ObjectKind.DIRECTORY));
    compare(Case.depthOne(states), with(Rule.HARD_LINKS_STAY));
  }

  /** Owners, special bits, times and attributes of what is in the image, in the upper and in both. */
  @Test
  void soItDoesWithMetadata() throws IOException {
    List<State> states = new ArrayList<>(State.oneOf(
        List.of(ObjectKind.FILE, ObjectKind.SYMLINK, ObjectKind.DIRECTORY),
        List.of(ObjectKind.ABSENT)));
    ObjectKind merged = ObjectKind.DIRECTORY;
    states.add(new State(merged, merged, merged, Metadata.PLAIN));
    compare(Case.depthOne(State.varied(states)), with(Rule.PRIVILEGED_ATTRIBUTES_OF_THE_UPPER));
  }

  private static Set<Rule> with(Rule rule) {
    Set<Rule> rules = EnumSet.copyOf(IN_EVERY_RUN);
    rules.add(rule);
    return rules;
  }

  private static void compare(List<Case> cases, Set<Rule> rules) throws IOException {
    Comparer comparer = new Comparer(rules);
    try (Scratch scratch = Scratch.open()) {
      Path directory = TestHost.OVERLAYFS.directoryIn(scratch.directory());
      Driver driver = new Driver(directory);
      List<Outcome> kernel = new KernelOverlay(directory.resolve("kernel"), driver).run(cases);
      List<Outcome> view =
          new ViewRunner(directory.resolve("view"), TestHost.OVERLAYFS).run(cases, driver::plant);
      for (int i = 0; i < cases.size(); i++) {
        comparer.compare(cases.get(i), kernel.get(i), view.get(i));
      }
    }
    System.out.println("this kernel: " + comparer.summary());
    comparer.requireAgreement();
  }
}
