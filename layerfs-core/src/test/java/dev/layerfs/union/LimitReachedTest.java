package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A limit that is reached in the middle of an operation, at each of its charges: the tree is as before or, if the operation
 * succeeded, as after, and what is charged is what is there. Some of the scenarios in each build, and more of them if those
 * have few charges.
 */
final class LimitReachedTest {
  private static final int ONE_IN = 6;

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "PORTABLE_SIDE", "JIMFS_UNIX", "JIMFS_WINDOWS"})
  void theTreeIsAsBefore(TestHost host) throws IOException {
    Path directory = host.directory();
    List<Map.Entry<String, Scenario>> scenarios = new ArrayList<>(
        Scenario.ALL.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList());
    Collections.shuffle(scenarios, Seed.random(LimitReachedTest.class));
    int enough = Scale.of(scenarios.size() / ONE_IN, scenarios.size());
    int tried = 0;
    int reached = 0;
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      for (Map.Entry<String, Scenario> scenario : scenarios) {
        if (tried >= enough && reached > tried) {
          break;
        }
        tried++;
        String what = host + ", " + scenario.getKey();
        Path at = Files.createDirectory(directory.resolve(what.replace(',', '-')));
        Attempts attempts = new Attempts(what, host, at, image, scenario.getValue());
        reached +=
            attempts.run("inodes", n -> SpaceLimits.NONE.withInodes(n), SpaceUsage::inodes, 1);
        reached += attempts.run("bytes", SpaceLimits::ofBytes, SpaceUsage::bytes, Quota.BLOCK);
      }
    } finally {
      TestHost.delete(directory);
    }
    assertTrue(reached > tried, "limits were reached only " + reached + " times");
  }

  private interface Figure {
    long of(SpaceUsage usage);
  }

  /** One operation, with more room each time until it succeeds. */
  private record Attempts(
      String what, TestHost host, Path directory, TestImage image, Scenario scenario) {

    /** Returns how often a limit was reached. */
    int run(String kind, LongFunction<SpaceLimits> limits, Figure figure, long step)
        throws IOException {
      for (int n = 0; ; n++) {
        String where = what + ", " + n + " more " + kind;
        Path container = directory.resolve(kind + n);
        try (UnionView view = UnionView.open(image.tree(), host.create(container, image.tree()))) {
          scenario.prepare().take(view);
        }
        long used = figure.of(Recount.of(host, container));
        if (succeeds(where, container, limits.apply(used + n * step))) {
          return n;
        }
        assertTrue(n < 200, where);
      }
    }

    private boolean succeeds(String where, Path container, SpaceLimits limits) throws IOException {
      boolean done = true;
      SortedMap<String, String> left;
      SpaceUsage used;
      Upper upper = Upper.open(container, host.format(), limits);
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        SortedMap<String, String> before = ViewTree.describe(view);
        try {
          scenario.act().take(view);
        } catch (PosixException e) {
          assertEquals(Errno.ENOSPC, e.errno(), where);
          done = false;
        }
        left = ViewTree.describe(view);
        used = view.usage().orElseThrow();
        assertEquals(Recount.of(host, container), used, where);
        if (!done) {
          assertEquals(before, left, where);
        }
      }
      try (UnionView view =
          UnionView.open(image.tree(), Upper.open(container, host.format(), limits))) {
        assertEquals(left, ViewTree.describe(view), where + ", opened again");
        assertEquals(used, view.usage().orElseThrow(), where + ", opened again");
      }
      return done;
    }
  }
}
