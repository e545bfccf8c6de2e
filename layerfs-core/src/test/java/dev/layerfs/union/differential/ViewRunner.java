package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.union.TestHost;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs cases on a union view: one image, one upper, one view for all of them. */
final class ViewRunner {
  private final Path directory;
  private final TestHost host;

  /**
   * Makes a runner.
   *
   * @param directory a free place on the host
   * @param host how the upper is kept
   */
  ViewRunner(Path directory, TestHost host) {
    this.directory = directory;
    this.host = host;
  }

  /** Puts objects into an upper. */
  interface Planter {
    /** Plants them beneath the upper's root. */
    void plant(Path upper, List<Planted> objects) throws IOException;
  }

  /** Reads an upper that no view has open. */
  interface Reader {
    /** Returns what it holds of each case. */
    List<Tree> read(Path upper, List<Case> cases) throws IOException;
  }

  /** Runs cases on an upper that is planted through its own format; what it holds is known if that is overlayfs's. */
  List<Outcome> run(List<Case> cases) throws IOException {
    List<Outcome> outcomes = outcomes(
        cases, (upper, planted) -> UpperPlanter.plant(host.files(container()), upper, planted));
    return host == TestHost.OVERLAYFS
        ? withRaw(outcomes, RawUpper.ofCases(upper(), cases))
        : outcomes;
  }

  /**
   * Runs cases, and sees to it that the view shows the same when it is opened again.
   *
   * @param cases the cases
   * @param planter what puts the objects of the upper in place
   * @param reader what tells what the upper holds then
   * @return what came of each
   */
  List<Outcome> run(List<Case> cases, Planter planter, Reader reader) throws IOException {
    return withRaw(outcomes(cases, planter), reader.read(upper(), cases));
  }

  private List<Outcome> outcomes(List<Case> cases, Planter planter) throws IOException {
    Files.createDirectory(directory);
    try (TwoLayerImage image = TwoLayerImage.of(directory, cases)) {
      host.create(container(), image.tree());
      planter.plant(upper(), Planted.of(cases, State::upperObjects));
      List<Outcome> outcomes = new ArrayList<>();
      try (UnionView view = open(image)) {
        for (Case one : cases) {
          List<String> results = results(one, view);
          Tree visible = VisibleTree.read(view, one.directory());
          outcomes.add(new Outcome(results, visible, null));
        }
      }
      try (UnionView view = open(image)) {
        requireSame(cases, outcomes, view);
      }
      return outcomes;
    }
  }

  private Path container() {
    return directory.resolve("container");
  }

  /** Returns the root of the upper. */
  Path upper() {
    return container().resolve("upper");
  }

  private UnionView open(TwoLayerImage image) throws IOException {
    return UnionView.open(image.tree(), Upper.open(container(), host.format()));
  }

  private static List<Outcome> withRaw(List<Outcome> outcomes, List<Tree> raw) {
    List<Outcome> complete = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      complete.add(outcomes.get(i).withRaw(raw.get(i)));
    }
    return complete;
  }

  private static List<String> results(Case one, PosixView view) throws PosixException {
    ViewSyscalls fs = new ViewSyscalls(view, one.directory());
    Case.makeCompanions(fs);
    List<String> results = new ArrayList<>();
    for (Operation operation : one.operations()) {
      results.add(result(operation, fs));
    }
    return results;
  }

  /** Does an operation, and returns what came of it. */
  static String result(Operation operation, Syscalls fs) {
    try {
      operation.run(fs);
      return Outcome.OK;
    } catch (PosixException e) {
      return e.errno().name();
    }
  }

  private static void requireSame(List<Case> cases, List<Outcome> outcomes, PosixView view)
      throws PosixException {
    for (int i = 0; i < cases.size(); i++) {
      Tree left = outcomes.get(i).visible();
      Tree found = VisibleTree.read(view, cases.get(i).directory());
      if (!found.equals(left)) {
        throw new AssertionError(
            cases.get(i) + ": the view shows " + left + "\nand opened again " + found);
      }
    }
  }
}
