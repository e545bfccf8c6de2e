package dev.layerfs.union.differential;

import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The view must answer as a kernel once did to the prototype's enumeration, but for what {@link Rule} has. A part of the answers
 * is drawn, all are compared at full {@link dev.layerfs.testing.Scale}; {@code -Dlayerfs.seed=N} draws the same again.
 */
final class GoldenAnswersTest {
  private final PartDraw draw = new PartDraw();

  @Test
  void inOverlayfsFormatResultsTreesAndUppersAreTheKernels() throws IOException {
    compare(
        TestHost.OVERLAYFS,
        EnumSet.of(Rule.OPAQUE_WHERE_NEEDED, Rule.DIRECTORIES_ARE_RENAMED, Rule.STAND_INS));
  }

  @Test
  void inMemoryResultsAndTreesAreTheKernels() throws IOException {
    compare(TestHost.JIMFS_UNIX, EnumSet.of(Rule.DIRECTORIES_ARE_RENAMED));
  }

  private static List<GoldenAnswers.Answer> answers() throws IOException {
    Optional<Path> file = GoldenAnswers.file();
    Assumptions.assumeTrue(file.isPresent(), "no shared/ with the answers beside the project");
    return GoldenAnswers.read(file.get());
  }

  private void compare(TestHost host, Set<Rule> rules) throws IOException {
    Comparer comparer = new Comparer(rules);
    draw.compare(
        answers(), KernelEnumerationTest.ONE_IN, comparer, part -> compare(host, part, comparer));
    System.out.println("golden answers, " + host + ", " + draw + ": " + comparer.summary());
    comparer.requireAgreement();
  }

  private static void compare(TestHost host, List<GoldenAnswers.Answer> answers, Comparer comparer)
      throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Path directory =
          host == TestHost.OVERLAYFS ? host.directoryIn(scratch.directory()) : host.directory();
      try {
        compare(host, directory, answers, comparer);
      } finally {
        TestHost.delete(directory);
      }
    }
  }

  private static void compare(
      TestHost host, Path directory, List<GoldenAnswers.Answer> answers, Comparer comparer)
      throws IOException {
    List<Case> cases = answers.stream().map(GoldenAnswers.Answer::question).toList();
    List<Outcome> outcomes = new ViewRunner(directory.resolve("view"), host).run(cases);
    for (int i = 0; i < cases.size(); i++) {
      Outcome recorded = outcomes.get(i).map(TreeEntry::plain);
      comparer.compare(cases.get(i), answers.get(i).outcome(), recorded);
    }
  }
}
