package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A host that fails in the middle of an operation, at every change that the operation makes there: the tree is as before
 * or as after, and so it is when the upper is opened again.
 */
final class FailingHostTest {
  private interface Step {
    void take(PosixView view) throws PosixException;
  }

  /** An operation, and what is done before while the host is well. */
  private record Scenario(Step prepare, Step act) {}

  private static final Step NOTHING = view -> {};

  private static final Map<String, Scenario> SCENARIOS = Map.ofEntries(
      scenario("write", NOTHING, v -> Paths.write(v, "a/b", "new")),
      scenario("write a hard link", NOTHING, v -> Paths.write(v, "a/a", "new")),
      scenario(
          "truncate",
          NOTHING,
          v -> v.open(Paths.node(v, "b/a"), Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE))
              .close()),
      scenario("unlink", NOTHING, v -> Paths.unlink(v, "a/b")),
      scenario("unlink a hard link", NOTHING, v -> Paths.unlink(v, "a/c/b")),
      scenario(
          "unlink from the upper", v -> Paths.write(v, "a/b", "1"), v -> Paths.unlink(v, "a/b")),
      scenario("unlink while open", v -> Paths.write(v, "a/b", "1"), v -> {
        try (FileHandle file = v.open(Paths.node(v, "a/b"), Set.of(OpenFlag.READ))) {
          Paths.unlink(v, "a/b");
        }
      }),
      scenario("rename", NOTHING, v -> Paths.rename(v, "a/b", "c/x")),
      scenario("rename over", NOTHING, v -> Paths.rename(v, "a/b", "a/c/a")),
      scenario(
          "rename over a copy",
          v -> Paths.write(v, "a/c/a", "1"),
          v -> Paths.rename(v, "d", "a/c/a")),
      scenario("rename a directory", NOTHING, v -> Paths.rename(v, "a/c", "c/x")),
      scenario("rename a directory over", NOTHING, v -> Paths.rename(v, "a/c", "c")),
      scenario("exchange", NOTHING, v -> Paths.rename(v, "a/c", "e", RenameFlag.EXCHANGE)),
      scenario("create", NOTHING, v -> Paths.create(v, "c/new", FileType.REGULAR)),
      scenario(
          "create over a whiteout",
          v -> Paths.unlink(v, "d"),
          v -> Paths.create(v, "d", FileType.REGULAR)),
      scenario(
          "mkdir over a whiteout",
          v -> Paths.rmdir(v, "c"),
          v -> Paths.create(v, "c", FileType.DIRECTORY)),
      scenario("rmdir", NOTHING, v -> Paths.rmdir(v, "c")),
      scenario(
          "rmdir of whiteouts",
          v -> {
            Paths.unlink(v, "a/c/d/a");
            Paths.unlink(v, "a/c/d/b");
          },
          v -> Paths.rmdir(v, "a/c/d")),
      scenario("symlink", NOTHING, v -> Paths.symlink(v, "a/new", "b")),
      scenario("link", NOTHING, v -> Paths.link(v, "a/b", "c/new")),
      scenario("link a symbolic link", NOTHING, v -> Paths.link(v, "e", "c/new")),
      scenario("chmod", NOTHING, v -> v.chmod(Paths.node(v, "b/a"), 0600)),
      scenario("chown", NOTHING, v -> v.chown(Paths.node(v, "b/a"), 3, 4)),
      scenario(
          "chown of a copy",
          v -> v.chmod(Paths.node(v, "b/a"), 06755),
          v -> v.chown(Paths.node(v, "b/a"), 3, 4)),
      scenario("chown of a link", NOTHING, v -> v.chown(Paths.node(v, "e"), 3, 4)),
      scenario(
          "times",
          NOTHING,
          v -> v.utimens(Paths.node(v, "a/c"), new Timespec(1, 2), new Timespec(3, 4))),
      scenario(
          "attribute",
          NOTHING,
          v -> v.setXattr(Paths.node(v, "a"), Name.of("user.x"), new byte[9], XattrFlag.SET)),
      scenario(
          "attribute gone",
          NOTHING,
          v -> v.removeXattr(Paths.node(v, "b/a"), Name.of("user.note"))),
      scenario("access list", NOTHING, v -> setList(v, "b/a", Acl.ACCESS)),
      scenario(
          "access list of a copy",
          v -> v.chmod(Paths.node(v, "b/a"), 02711),
          v -> setList(v, "b/a", Acl.ACCESS)),
      scenario(
          "access list gone",
          v -> setList(v, "b/a", Acl.ACCESS),
          v -> v.removeXattr(Paths.node(v, "b/a"), Acl.ACCESS)),
      scenario(
          "chmod of a list",
          v -> setList(v, "b/a", Acl.ACCESS),
          v -> v.chmod(Paths.node(v, "b/a"), 04711)),
      scenario("default list", NOTHING, v -> setList(v, "c", Acl.DEFAULT)),
      scenario(
          "inherited lists",
          v -> setList(v, "c", Acl.DEFAULT),
          v -> Paths.create(v, "c/new", FileType.DIRECTORY)));

  private static void setList(PosixView view, String path, Name name) throws PosixException {
    byte[] list = Lists.of("u::rwx,u:7:r-x,g::r--,m::rwx,o::---").toBytes();
    view.setXattr(Paths.node(view, path), name, list, XattrFlag.SET);
  }

  private static Map.Entry<String, Scenario> scenario(String name, Step prepare, Step act) {
    return Map.entry(name, new Scenario(prepare, act));
  }

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
      for (Map.Entry<String, Scenario> scenario : SCENARIOS.entrySet()) {
        for (boolean full : new boolean[] {false, true}) {
          String what = host + ", " + scenario.getKey() + (full ? ", full" : "");
          run(
              what,
              host,
              directory.resolve(what.replace(',', '-')),
              image,
              scenario.getValue(),
              full);
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
