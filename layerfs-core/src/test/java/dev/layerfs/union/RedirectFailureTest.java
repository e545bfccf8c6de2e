package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A host that fails, or a process that dies, at every change of a rename with a redirect: the directory has its old name or
 * its new one, never both or none.
 */
final class RedirectFailureTest {
  private static final TestHost HOST = TestHost.JIMFS_UNIX;

  private interface Step {
    void take(UnionView view) throws PosixException;
  }

  private record Scenario(Step prepare, Step act) {}

  private static final Step NOTHING = view -> {};

  private static final Map<String, Scenario> SCENARIOS = Map.of(
      "in its parent",
      new Scenario(NOTHING, view -> Paths.rename(view, "a/c", "a/x")),
      "elsewhere",
      new Scenario(NOTHING, view -> Paths.rename(view, "a/c/d", "b/x")),
      "again",
      new Scenario(
          view -> Paths.rename(view, "a/c", "a/x"), view -> Paths.rename(view, "a/x", "b/x")),
      "to a whiteout",
      new Scenario(view -> Paths.unlink(view, "d"), view -> Paths.rename(view, "a/c", "d")),
      "onto a directory beneath",
      new Scenario(NOTHING, view -> Paths.rename(view, "a/c", "c")),
      "onto a directory of the upper",
      new Scenario(
          view -> view.chmod(Paths.node(view, "c"), 0700), view -> Paths.rename(view, "a", "c")),
      "exchange",
      new Scenario(NOTHING, view -> Paths.rename(view, "a/c", "b", RenameFlag.EXCHANGE)),
      "exchange with a file",
      new Scenario(NOTHING, view -> Paths.rename(view, "a/c", "d", RenameFlag.EXCHANGE)));

  /** Counts changes; those from the first on to the last fail. */
  private static final class Failure implements WatchedHost.Watch {
    private final int first;
    private final int last;
    private int seen;
    private boolean armed;

    Failure(int first, int last) {
      this.first = first;
      this.last = last;
    }

    @Override
    public void before(WatchedHost.Call call, Path place) throws PosixException {
      boolean leftover = call == WatchedHost.Call.DELETE
          && "work".equals(String.valueOf(place.getParent().getFileName()));
      if (armed && !leftover && ++seen >= first && seen <= last) {
        throw new PosixException(Errno.EIO, call + " that the test fails");
      }
    }
  }

  @Test
  void aHostThatFailsOnceLeavesTheTree() throws IOException {
    sweep(true);
  }

  @Test
  void aProcessThatDiesLeavesTheTree() throws IOException {
    sweep(false);
  }

  private static void sweep(boolean once) throws IOException {
    Path directory = HOST.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      int scenarios = 0;
      for (Map.Entry<String, Scenario> scenario : SCENARIOS.entrySet()) {
        Path containers = Files.createDirectory(directory.resolve("scenario" + scenarios++));
        sweep(scenario.getKey(), scenario.getValue(), containers, image, once);
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private static void sweep(
      String name, Scenario scenario, Path containers, TestImage image, boolean once)
      throws IOException {
    Path well = containers.resolve("well");
    SortedMap<String, String> before;
    SortedMap<String, String> after;
    try (UnionView view = prepared(well, scenario, image, new Failure(0, -1))) {
      before = ViewTree.describe(view);
      scenario.act().take(view);
      after = ViewTree.describe(view);
    }
    boolean failed = true;
    for (int n = 1; failed; n++) {
      String where = name + ", change " + n;
      Path container = containers.resolve("failing" + n);
      Failure failure = new Failure(n, once ? n : Integer.MAX_VALUE);
      SortedMap<String, String> left;
      try (UnionView view = prepared(container, scenario, image, failure)) {
        failed = fails(view, scenario, failure);
        left = ViewTree.describe(view);
      }
      try (UnionView view = UnionView.open(image.tree(), TrustedFiles.open(HOST, container))) {
        SortedMap<String, String> reopened = ViewTree.describe(view);
        assertOneOf(where, before, after, reopened);
        if (once) {
          assertEquals(left, reopened, where + ", opened again");
        }
      }
      assertTrue(failed || left.equals(after), where + ": it was done");
      assertTrue(failed || n > 3, where + ": it takes several changes");
    }
  }

  private static UnionView prepared(
      Path container, Scenario scenario, TestImage image, Failure failure) throws IOException {
    HOST.create(container, image.tree());
    Upper upper =
        Upper.open(container, WatchedHost.of(TrustedFiles.seeming(HOST, container), failure));
    UnionView view = UnionView.open(image.tree(), upper);
    scenario.prepare().take(view);
    return view;
  }

  private static boolean fails(UnionView view, Scenario scenario, Failure failure) {
    failure.armed = true;
    try {
      scenario.act().take(view);
      return failure.seen >= failure.first;
    } catch (PosixException e) {
      assertEquals(Errno.EIO, e.errno());
      return true;
    } finally {
      failure.armed = false;
    }
  }

  /** An empty directory that is replaced goes first: a process that dies then leaves its name free. */
  private static void assertOneOf(
      String where,
      SortedMap<String, String> before,
      SortedMap<String, String> after,
      SortedMap<String, String> left) {
    SortedMap<String, String> replaced = new TreeMap<>(before);
    replaced.remove("/c/");
    replaced.put("/", left.get("/")); // it counts its directories
    boolean onto = where.startsWith("onto") && left.equals(replaced);
    assertTrue(left.equals(before) || left.equals(after) || onto, () -> where + ": " + left);
  }
}
