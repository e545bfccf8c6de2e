package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Runs cases on the kernel's overlayfs: the two layers as plain directories, one upper, one mount for all of them. */
final class KernelOverlay {
  private final Path directory;
  private final Driver driver;
  private final MarkNamespace marks;

  /**
   * Makes a runner.
   *
   * @param directory a free place on a file system that can hold an upper
   * @param driver what makes the system calls
   * @param marks where the kernel keeps its marks, and the driver those that it plants
   */
  KernelOverlay(Path directory, Driver driver, MarkNamespace marks) throws IOException {
    this.directory = directory;
    this.driver = driver;
    this.marks = marks;
    Files.createDirectory(directory);
    for (String name : List.of("first", "second", "upper", "work", "mount")) {
      Files.createDirectory(directory.resolve(name));
    }
  }

  /** Runs cases; the test is skipped where this process may not mount. */
  List<Outcome> run(List<Case> cases) throws IOException {
    plantLayers(cases);
    Path upper = directory.resolve("upper");
    driver.plant(upper, Planted.of(cases, State::upperObjects));
    List<Driver.Answer> answers = run(script(cases), directory);
    List<Outcome> outcomes = new ArrayList<>();
    List<Tree> raw = driver.upper(upper, cases);
    for (int i = 0; i < cases.size(); i++) {
      Driver.Answer answer = answers.get(i);
      outcomes.add(new Outcome(resultsOf(cases.get(i), answer), answer.tree(), raw.get(i)));
    }
    return outcomes;
  }

  /** Makes the image's layers. */
  void plantLayers(List<Case> cases) throws IOException {
    driver.plant(directory.resolve("first"), Planted.of(cases, State::firstObjects));
    driver.plant(directory.resolve("second"), Planted.of(cases, State::secondObjects));
  }

  /** Makes system calls on the layers and the {@code upper} of some directory, which has a {@code work} beside it. */
  List<Driver.Answer> run(String script, Path container) throws IOException {
    Path mount = mount(container.resolve("upper"), container.resolve("work"));
    try {
      return driver.run(mount, script);
    } finally {
      Scratch.refusal("umount", mount.toString());
    }
  }

  private Path mount(Path upper, Path work) throws IOException {
    Path mount = directory.resolve("mount");
    String layers = "lowerdir=" + directory.resolve("first") + ":" + directory.resolve("second")
        + ",upperdir=" + upper + ",workdir=" + work;
    String refusal = Scratch.refusal(
        "mount",
        "-t",
        "overlay",
        "-o",
        layers + "," + marks.options(),
        "overlay",
        mount.toString());
    Assumptions.assumeTrue(refusal.isEmpty(), "needs an overlay mount: " + refusal);
    return mount;
  }

  private static String script(List<Case> cases) throws PosixException {
    StringBuilder script = new StringBuilder();
    ScriptSyscalls fs = new ScriptSyscalls(script);
    for (Case one : cases) {
      fs.enter(one.directory());
      Case.makeCompanions(fs);
      for (Operation operation : one.operations()) {
        operation.run(fs);
      }
      fs.tree();
    }
    return script.toString();
  }

  /** The first results are those of making the companions. */
  private static List<String> resultsOf(Case one, Driver.Answer answer) {
    List<String> all = answer.results();
    return all.subList(all.size() - one.operations().size(), all.size());
  }
}
