package dev.layerfs.union.differential;

import dev.layerfs.testing.Scale;
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
 * is drawn, all are compared at full {@link Scale}; {@code -Dlayerfs.seed=N} draws the same again.
 */
final class GoldenAnswersTest {
  private final PartDraw draw = new PartDraw();

  @Test
  void inOverlayfsFormatResultsTreesAndUppersAreTheKernels() throws IOException {
    List<GoldenAnswers.Answer> answers = answers();
    try (Scratch scratch = Scratch.open()) {
      Path directory = TestHost.OVERLAYFS.directoryIn(scratch.directory());
      compare(
          answers,
          directory,
          TestHost.OVERLAYFS,
          EnumSet.of(Rule.OPAQUE_WHERE_NEEDED, Rule.DIRECTORIES_ARE_RENAMED, Rule.STAND_INS));
    }
  }

  @Test
  void inMemoryResultsAndTreesAreTheKernels() throws IOException {
    List<GoldenAnswers.Answer> answers = answers();
    Path directory = TestHost.JIMFS_UNIX.directory();
    try {
      compare(answers, directory, TestHost.JIMFS_UNIX, EnumSet.of(Rule.DIRECTORIES_ARE_RENAMED));
    } finally {
      TestHost.delete(directory);
    }
  }

  private List<GoldenAnswers.Answer> answers() throws IOException {
    Optional<Path> file = GoldenAnswers.file();
    Assumptions.assumeTrue(file.isPresent(), "no shared/ with the answers beside the project");
    return Scale.some(GoldenAnswers.read(file.get()), KernelEnumerationTest.ONE_IN, draw.random());
  }

  private void compare(
      List<GoldenAnswers.Answer> answers, Path directory, TestHost host, Set<Rule> rules)
      throws IOException {
    List<Case> cases = answers.stream().map(GoldenAnswers.Answer::question).toList();
    List<Outcome> outcomes = new ViewRunner(directory.resolve("view"), host).run(cases);
    Comparer comparer = new Comparer(rules);
    for (int i = 0; i < cases.size(); i++) {
      Outcome recorded = outcomes.get(i).map(TreeEntry::plain);
      comparer.compare(cases.get(i), answers.get(i).outcome(), recorded);
    }
    System.out.println("golden answers, " + host + ", " + draw + ": " + comparer.summary());
    comparer.requireAgreement();
  }
}
