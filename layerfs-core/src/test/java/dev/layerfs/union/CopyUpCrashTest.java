package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.XattrFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A process that dies in the middle of a copy-up: no change reaches the host any more, none is taken back either. The file is
 * then as it was, or as it was to be, and nothing of the copy is left once the upper was opened again.
 */
final class CopyUpCrashTest {
  private interface Step {
    void take(UnionView view) throws PosixException;
  }

  private static final Map<String, Step> CHANGES = Map.of(
      "write", view -> Paths.write(view, "a/b", "changed"),
      "write deep", view -> Paths.write(view, "a/c/d/a", "changed"),
      "chmod", view -> view.chmod(Paths.node(view, "b/a"), 0600),
      "chown a link", view -> view.chown(Paths.node(view, "e"), 5, 6),
      "setxattr",
          view -> view.setXattr(
              Paths.node(view, "d"), Name.of("user.new"), new byte[] {1}, XattrFlag.SET));

  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "OVERLAYFS_OVERRIDE", "PORTABLE", "JIMFS_UNIX", "JIMFS_OSX"})
  void theFileIsAsItWasOrAsItWasToBe(TestHost host) throws IOException {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      for (Map.Entry<String, Step> change : CHANGES.entrySet()) {
        Path containers = Files.createDirectory(directory.resolve(change.getKey()));
        sweep(host + ", " + change.getKey(), host, containers, image, change.getValue());
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private static void sweep(
      String what, TestHost host, Path containers, TestImage image, Step change)
      throws IOException {
    SortedMap<String, String> before = describe(host, containers.resolve("before"), image, v -> {});
    SortedMap<String, String> after = describe(host, containers.resolve("after"), image, change);
    SortedMap<String, String> left = before;
    int n = 0;
    while (!left.equals(after)) {
      Path container = containers.resolve("dead" + n);
      host.create(container, image.tree());
      boolean died = die(host, container, image, change, n);
      left = reopened(host, container, image);
      String where = what + ", after " + n + " changes";
      assertTrue(left.equals(before) || left.equals(after), () -> where);
      assertTrue(died || left.equals(after), where + ": it was done");
      assertNothingIsLeft(where, container);
      n++;
    }
    assertTrue(n > 3, what + " takes several changes");
  }

  private static SortedMap<String, String> describe(
      TestHost host, Path container, TestImage image, Step change) throws IOException {
    try (UnionView view = UnionView.open(image.tree(), host.create(container, image.tree()))) {
      change.take(view);
      return ViewTree.describe(view);
    }
  }

  /** Makes a change with a host that takes only some more; returns whether it failed. */
  private static boolean die(
      TestHost host, Path container, TestImage image, Step change, int changes) throws IOException {
    AtomicInteger left = new AtomicInteger(changes);
    Upper upper = WatchedHost.open(host, container, (call, place) -> {
      if (left.getAndDecrement() <= 0) {
        throw new PosixException(Errno.EIO, "the process is dead");
      }
    });
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      change.take(view);
      return false;
    } catch (PosixException e) {
      assertEquals(Errno.EIO, e.errno());
      return true;
    }
  }

  private static SortedMap<String, String> reopened(TestHost host, Path container, TestImage image)
      throws IOException {
    try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
      return ViewTree.describe(view);
    }
  }

  private static void assertNothingIsLeft(String where, Path container) throws IOException {
    try (var left = Files.newDirectoryStream(container.resolve("work"), "{,%a-}tmp-*")) {
      assertFalse(left.iterator().hasNext(), where + ": something is left in work/");
    }
    assertTrue(List.of("upper", "work").stream()
        .allMatch(name -> Files.isDirectory(container.resolve(name))));
  }
}
