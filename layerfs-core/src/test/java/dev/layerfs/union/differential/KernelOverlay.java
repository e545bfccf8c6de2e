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
  /** Semantics, decision 3: distributions change the defaults, so nothing is left to them. */
  private static final String OPTIONS =
      "userxattr,index=off,metacopy=off,xino=auto,nfs_export=off,uuid=null";

  private final Path directory;
  private final Driver driver;

  /**
   * Makes a runner.
   *
   * @param directory a free place on a file system that can hold an upper
   * @param driver what makes the system calls
   */
  KernelOverlay(Path directory, Driver driver) throws IOException {
    this.directory = directory;
    this.driver = driver;
    Files.createDirectory(directory);
    for (String name : List.of("first", "second", "upper", "work", "mount")) {
      Files.createDirectory(directory.resolve(name));
    }
  }

  /** Runs cases; the test is skipped where this process may not mount. */
  List<Outcome> run(List<Case> cases) throws IOException {
    Path upper = directory.resolve("upper");
    driver.plant(directory.resolve("first"), Planted.of(cases, State::firstObjects));
    driver.plant(directory.resolve("second"), Planted.of(cases, State::secondObjects));
    driver.plant(upper, Planted.of(cases, State::upperObjects));
    List<Driver.Answer> answers;
    Path mount = mount(upper, directory.resolve("work"));
    try {
      answers = driver.run(mount, script(cases));
    } finally {
      Scratch.refusal("umount", mount.toString());
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Tree raw = RawUpper.read(upper.resolve(cases.get(i).directory()));
      Driver.Answer answer = answers.get(i);
      outcomes.add(new Outcome(resultsOf(cases.get(i), answer), answer.tree(), raw));
    }
    return outcomes;
  }

  private Path mount(Path upper, Path work) throws IOException {
    Path mount = directory.resolve("mount");
    String layers = "lowerdir=" + directory.resolve("first") + ":" + directory.resolve("second")
        + ",upperdir=" + upper + ",workdir=" + work;
    String refusal = Scratch.refusal(
        "mount", "-t", "overlay", "-o", layers + "," + OPTIONS, "overlay", mount.toString());
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
