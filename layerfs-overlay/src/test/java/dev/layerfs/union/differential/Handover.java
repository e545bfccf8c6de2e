package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs cases on one upper that a kernel and a view have by turns: one makes all operations but the last, the other the last, and
 * the first shows what there is then.
 */
final class Handover implements AutoCloseable {
  private final NativeHost host;
  private final List<Case> cases;
  private final Driver driver;
  private final KernelOverlay kernel;
  private final TwoLayerImage image;
  private final Path container;

  /**
   * Makes the layers and the upper.
   *
   * @param directory an empty directory on the file system that is to have the upper
   */
  Handover(NativeHost host, Path directory, List<Case> cases) throws IOException {
    this.host = host;
    this.cases = cases;
    this.driver = new Driver(directory, host.marks());
    this.kernel = new KernelOverlay(directory.resolve("kernel"), driver, host.marks());
    this.image = TwoLayerImage.of(directory, cases);
    this.container = directory.resolve("container");
    kernel.plantLayers(cases);
    host.host().create(container, image.tree());
    driver.plant(upper(), Planted.of(cases, State::upperObjects));
  }

  private Path upper() {
    return container.resolve("upper");
  }

  /** The kernel, the view, the kernel. */
  List<Outcome> kernelFirst() throws IOException {
    List<List<String>> results =
        onMount(Handover::begin).stream().map(Driver.Answer::results).toList();
    List<List<String>> last = new ArrayList<>();
    try (UnionView view = open()) {
      for (Case one : cases) {
        last.add(results(last(one), new ViewSyscalls(view, one.directory())));
      }
    }
    List<Tree> trees =
        onMount((one, fs) -> {}).stream().map(Driver.Answer::tree).toList();
    return outcomes(results, last, trees);
  }

  /** The view, the kernel, the view. */
  List<Outcome> viewFirst() throws IOException {
    List<List<String>> results = new ArrayList<>();
    try (UnionView view = open()) {
      for (Case one : cases) {
        ViewSyscalls fs = new ViewSyscalls(view, one.directory());
        Case.makeCompanions(fs);
        results.add(results(first(one), fs));
      }
    }
    List<List<String>> last = onMount((one, fs) -> make(last(one), fs)).stream()
        .map(Driver.Answer::results)
        .toList();
    List<Tree> trees = new ArrayList<>();
    try (UnionView view = open()) {
      for (Case one : cases) {
        trees.add(VisibleTree.read(view, one.directory()));
      }
    }
    return outcomes(results, last, trees);
  }

  private UnionView open() throws IOException {
    return UnionView.open(image.tree(), Upper.open(container, host.host().format()));
  }

  /** System calls in a case's directory. */
  private interface Part {
    void make(Case one, Syscalls fs) throws PosixException;
  }

  private static void begin(Case one, Syscalls fs) throws PosixException {
    Case.makeCompanions(fs);
    make(first(one), fs);
  }

  private static void make(List<Operation> operations, Syscalls fs) throws PosixException {
    for (Operation operation : operations) {
      operation.run(fs);
    }
  }

  private List<Driver.Answer> onMount(Part part) throws IOException {
    StringBuilder script = new StringBuilder();
    ScriptSyscalls fs = new ScriptSyscalls(script);
    for (Case one : cases) {
      fs.enter(one.directory());
      part.make(one, fs);
      fs.tree();
    }
    return kernel.run(script.toString(), container);
  }

  private static List<Operation> first(Case one) {
    return one.operations().subList(0, Math.max(0, one.operations().size() - 1));
  }

  private static List<Operation> last(Case one) {
    return one.operations().subList(first(one).size(), one.operations().size());
  }

  private static List<String> results(List<Operation> operations, Syscalls fs) {
    return operations.stream()
        .map(operation -> ViewRunner.result(operation, fs))
        .toList();
  }

  private List<Outcome> outcomes(
      List<List<String>> first, List<List<String>> last, List<Tree> visible) throws IOException {
    List<Tree> raw = driver.upper(upper(), cases);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      List<String> all = new ArrayList<>(first.get(i));
      all.addAll(last.get(i));
      int companions = all.size() - cases.get(i).operations().size();
      outcomes.add(new Outcome(all.subList(companions, all.size()), visible.get(i), raw.get(i)));
    }
    return outcomes;
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}
