package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The same cases on a directory of the host and on a view: every operation must have the same result or error, and the
 * trees must be the same. What fails must leave the upper as it was.
 */
final class KernelComparison {
  private static final int SHOWN = 10;
  private static final Set<String> READING =
      Set.of("access", "list", "readlink", "stat", "xattr", "xattrs");

  private final PosixCases cases;
  private final String where;
  private final Set<String> touched = new HashSet<>(); // paths that something was done to
  private final Set<String> moved =
      new HashSet<>(); // cases with a rename, which copies whole trees
  private final Set<String> excused = new HashSet<>(); // cases that a setting of the kernel decided
  private final TreeMap<Integer, String> differences = new TreeMap<>();

  KernelComparison(PosixCases cases, String where) {
    this.cases = cases;
    this.where = where;
  }

  /**
   * Does the cases.
   *
   * @param scratch a directory for the host's tree
   * @param host where the view's upper is
   * @param inUpper whether the upper holds the tree, else the image does
   */
  void run(Path scratch, TestHost host, boolean inUpper) throws IOException {
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    KernelActor.Outcome kernel = KernelActor.run(tree, cases);
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, tar(inUpper ? List.of() : cases.nodes))) {
      Path container = directory.resolve("container");
      Upper upper = host.create(container, image.tree());
      if (inUpper) {
        try (UnionView root = UnionView.open(image.tree(), upper)) {
          ViewActor.make(root, cases.nodes);
        }
        upper = Upper.open(container, host.format());
      }
      try (UnionView view =
          UnionView.open(CoveredStack.of(image.tree(), List.of()), upper, cases.identity)) {
        assertTrees("at the beginning", kernel.before(), ViewActor.dump(view));
        perform(view, kernel.results(), !inUpper);
        assertTrees("in the end", kernel.after(), ViewActor.dump(view));
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  /** How a view is opened once the cases' tree is made. */
  @FunctionalInterface
  interface Opening {
    IdentityView open() throws IOException;
  }

  /**
   * Does the cases on a view of another kind.
   *
   * @param scratch a directory for the host's tree
   * @param root an empty view, in which root makes the tree
   * @param opening opens the view on which the operations are done
   */
  void run(Path scratch, PosixView root, Opening opening) throws IOException {
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    KernelActor.Outcome kernel = KernelActor.run(tree, cases);
    ViewActor.make(root, cases.nodes);
    try (IdentityView view = opening.open()) {
      assertTrees("at the beginning", kernel.before(), ViewActor.dump(view));
      perform(view, kernel.results(), false);
      assertTrees("in the end", kernel.after(), ViewActor.dump(view));
    }
  }

  private static TarBuilder tar(List<PosixCases.Node> nodes) {
    TarBuilder tar = new TarBuilder().add(TarEntryBuilder.directory("./").mode(0755));
    for (PosixCases.Node node : nodes) {
      TarEntryBuilder entry = switch (node.kind()) {
        case "dir" -> TarEntryBuilder.directory(node.path() + "/");
        case "file" -> TarEntryBuilder.file(node.path(), new byte[0]);
        case "fifo" -> TarEntryBuilder.of('6', node.path());
        case "link" -> TarEntryBuilder.of('2', node.path()).link(node.target());
        default -> throw new IllegalArgumentException(node.kind());
      };
      node.xattrs().forEach(entry::xattr);
      tar.add(entry.mode(node.mode()).owner(node.uid(), node.gid()));
    }
    return tar;
  }

  private void perform(IdentityView view, List<String> expected, boolean checkUpper)
      throws IOException {
    PosixView acting = ActingView.of(view);
    ViewActor actor = new ViewActor(acting);
    for (int i = 0; i < expected.size(); i++) {
      PosixCases.Operation operation = cases.operations.get(i);
      String of = PosixCases.caseOf(operation.argument(0));
      String result = actor.perform(operation);
      if (expected.get(i).equals("ok protected")) {
        excused.add(of);
      } else if (!excused.contains(of) && !expected.get(i).equals(result)) {
        differences.put(i, operation + ": " + expected.get(i) + " in the kernel, here " + result);
      }
      boolean changed = result.startsWith("ok") && !READING.contains(operation.name());
      if (changed) {
        operation.paths().forEach(path -> touched.addAll(prefixes(path)));
        if (operation.name().equals("rename")) {
          moved.add(of);
        }
      } else if (checkUpper
          && !moved.contains(of)
          && copiedUp((UnionView) view, operation.argument(0))) {
        differences.put(i, operation + ": " + result + ", and was copied up");
      }
    }
    assertTrue(differences.isEmpty(), this::describe);
  }

  /** Returns a path and the paths of all directories that lead to it. */
  private static List<String> prefixes(String path) {
    List<String> prefixes = new ArrayList<>();
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      prefixes.add(path.substring(0, end));
    }
    prefixes.add(path);
    return prefixes;
  }

  private boolean copiedUp(UnionView view, String path) throws IOException {
    for (String prefix : prefixes(path.replaceFirst("/[.]+$", ""))) {
      Node node = ViewTree.find(view, prefix);
      if (!touched.contains(prefix) && node != null && view.isInUpper(node)) {
        return true;
      }
    }
    return false;
  }

  private String describe() {
    StringBuilder text = new StringBuilder(where + ": " + differences.size() + " differences\n");
    differences.values().stream().limit(SHOWN).forEach(difference -> {
      text.append(difference).append('\n');
      String path = difference.split(":? ")[1];
      cases.nodes.stream()
          .filter(node -> path.equals(node.path()) || path.startsWith(node.path() + "/"))
          .forEach(node -> text.append("    ").append(node.words()).append('\n'));
    });
    return text.toString();
  }

  private void assertTrees(String when, List<String> expected, List<String> actual) {
    assertEquals(compared(expected), compared(actual), where + ", the tree " + when);
  }

  private String compared(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      if (!excused.contains(PosixCases.caseOf(line.split(" ")[0]))) {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }
}
