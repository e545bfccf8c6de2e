package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A host that fails in the middle of an operation, at every change that the operation makes there: the tree is as before
 * or as after, and so it is when the upper is opened again. Some of the scenarios on each host, all of them at full {@link
 * Scale}.
 */
final class FailingHostTest {
  private static final List<String> NAMES =
      Scenario.ALL.keySet().stream().sorted().toList();

  /** There are some seventy on each host, with hosts that are full. */
  private static final int ONE_IN = 18;

  /**
   * Fails at the n-th change, or from there on at all that take space; but not at what is deleted from work/, which stays
   * there, and counts as a link, until the upper is opened again.
   */
  private static final class Failure implements WatchedHost.Watch {
    private final int at;
    private final boolean full;
    private boolean armed;
    private int seen;

    Failure(int at, boolean full) {
      this.at = at;
      this.full = full;
    }

    private static boolean isInWork(Path place) {
      return "work".equals(String.valueOf(place.getParent().getFileName()));
    }

    @Override
    public void before(WatchedHost.Call call, Path place) throws PosixException {
      boolean leftover = call == WatchedHost.Call.DELETE && isInWork(place);
      if (!armed || leftover || full && !call.takesSpace()) {
        return;
      }
      seen++;
      if (full ? seen >= at : seen == at) {
        throw new PosixException(full ? Errno.ENOSPC : Errno.EIO, call + " that the test fails");
      }
    }
  }

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "OVERLAYFS_OVERRIDE", "PORTABLE_SIDE", "JIMFS_UNIX", "JIMFS_WINDOWS"})
  void theTreeIsAsBeforeOrAfter(TestHost host) throws IOException {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      Random random = Seed.random(FailingHostTest.class);
      for (boolean full : new boolean[] {false, true}) {
        for (String name : Scale.some(NAMES, ONE_IN, random)) {
          String what = host + ", " + name + (full ? ", full" : "");
          Path place = directory.resolve(what.replace(',', '-'));
          run(what, host, place, image, Scenario.ALL.get(name), full);
        }
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private static void run(
      String what, TestHost host, Path directory, TestImage image, Scenario scenario, boolean full)
      throws IOException {
    Files.createDirectory(directory);
    SortedMap<String, String> before;
    SortedMap<String, String> after;
    Upper healthy = host.create(directory.resolve("healthy"), image.tree());
    try (UnionView view = UnionView.open(image.tree(), healthy)) {
      scenario.prepare().take(view);
      before = ViewTree.describe(view);
      scenario.act().take(view);
      after = ViewTree.describe(view);
    }
    boolean reached = true;
    for (int n = 1; reached; n++) {
      Failure failure = new Failure(n, full);
      Path container = directory.resolve("failing" + n);
      String where = what + ", change " + n;
      try (UnionView view = UnionView.open(image.tree(), host.create(container, image.tree()))) {
        scenario.prepare().take(view);
      }
      SortedMap<String, String> left = fail(where, host, container, image, scenario, failure);
      assertTrue(left.equals(before) || left.equals(after), () -> where + difference(before, left));
      reopen(where, host, container, image, left);
      reached = failure.seen >= n;
    }
  }

  private static SortedMap<String, String> fail(
      String where,
      TestHost host,
      Path container,
      TestImage image,
      Scenario scenario,
      Failure failure)
      throws IOException {
    Upper upper = WatchedHost.open(host, container, failure);
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      failure.armed = true;
      try {
        scenario.act().take(view);
      } catch (PosixException e) {
        assertEquals(failure.full ? Errno.ENOSPC : Errno.EIO, e.errno(), where);
      }
      failure.armed = false;
      return ViewTree.describe(view);
    }
  }

  private static void reopen(
      String where, TestHost host, Path container, TestImage image, Map<String, String> left)
      throws IOException {
    Upper upper = Upper.open(container, host.format());
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      assertEquals(left, ViewTree.describe(view), where + ", opened again");
    }
  }

  private static String difference(Map<String, String> before, Map<String, String> left) {
    StringBuilder text = new StringBuilder(" differs from before:\n");
    before.forEach((path, line) -> {
      if (!line.equals(left.get(path))) {
        text.append("- ").append(path).append(' ').append(line).append('\n');
      }
    });
    left.forEach((path, line) -> {
      if (!line.equals(before.get(path))) {
        text.append("+ ").append(path).append(' ').append(line).append('\n');
      }
    });
    return text.toString();
  }

  /** A host that runs full while content is copied: nothing of the copy stays. */
  @Test
  void aCopyThatDoesNotFitLeavesNothing() throws IOException {
    byte[] large = new byte[3 << 20];
    Arrays.fill(large, (byte) 'x');
    Configuration small = Configuration.unix().toBuilder()
        .setAttributeViews("basic", "posix", "unix", "user")
        .setMaxSize(9 << 20)
        .build();
    try (FileSystem fs = Jimfs.newFileSystem(small)) {
      Path directory = Files.createDirectory(fs.getPath("/store"));
      TarBuilder tar = new TarBuilder().directory("./").file("one", large).file("two", large);
      try (TestImage image = TestImage.of(directory, tar)) {
        Upper upper = TestHost.JIMFS_UNIX.create(directory.resolve("container"), image.tree());
        try (UnionView view = UnionView.open(image.tree(), upper)) {
          SortedMap<String, String> before = ViewTree.describe(view);
          assertThrows(PosixException.class, () -> Paths.write(view, "one", "y"));
          assertEquals(before, ViewTree.describe(view));
          try (var left = Files.newDirectoryStream(directory.resolve("container/work"), "tmp-*")) {
            assertTrue(!left.iterator().hasNext(), "something is left in work/");
          }
        }
      }
    }
  }
}
