package dev.layerfs.union.differential;

import dev.layerfs.union.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The view must answer as a kernel once did to the prototype's enumeration, but for what {@link Rule} has. */
final class GoldenAnswersTest {
  private static final Set<Rule> IN_ANY_FORMAT = EnumSet.of(Rule.DIRECTORIES_ARE_RENAMED);

  @ParameterizedTest
  @EnumSource(names = {"OVERLAYFS", "JIMFS_UNIX"})
  void theViewAnswersAsTheKernelDid(TestHost host) throws IOException {
    Optional<Path> file = GoldenAnswers.file();
    Assumptions.assumeTrue(file.isPresent(), "no shared/ with the answers beside the project");
    List<GoldenAnswers.Answer> answers = GoldenAnswers.read(file.get());
    List<Case> cases = answers.stream().map(GoldenAnswers.Answer::question).toList();
    Comparer comparer =
        new Comparer(host == TestHost.OVERLAYFS ? EnumSet.allOf(Rule.class) : IN_ANY_FORMAT);
    Path directory = host.directory();
    try {
      List<Outcome> outcomes = new ViewRunner(directory, host).run(cases);
      for (int i = 0; i < cases.size(); i++) {
        Outcome recorded = outcomes.get(i).map(TreeEntry::plain);
        comparer.compare(cases.get(i), answers.get(i).outcome(), recorded);
      }
    } finally {
      TestHost.delete(directory);
    }
    System.out.println(host + ": " + comparer.summary());
    comparer.requireAgreement();
  }
}
