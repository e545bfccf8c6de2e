package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One upper with trusted marks, used by turns by the view and by a kernel that renames directories with {@code
 * redirect_dir=on}, and covered now and then: each must show what the other left.
 */
@EnabledOnOs(OS.LINUX)
final class RedirectKernelTest {
  private static final int ROUNDS = Integer.getInteger("layerfs.rounds", 6);
  private static final int STEPS = 150;
  private static final int KERNEL_CALLS = 400; // most paths are not there
  private static final String OPTIONS = "redirect_dir=on";

  static LongStream seeds() {
    long first = Long.getLong("layerfs.seed", 1);
    return LongStream.range(first, first + Integer.getInteger("layerfs.seeds", Scale.of(1, 6)));
  }

  /** Directories are moved more often than by chance, for that is what is tried. */
  private static final List<String> CALLS = List.of(
      "rename",
      "rename",
      "rename",
      "rename",
      "exchange",
      "exchange",
      "mkdir",
      "mkdir",
      "create",
      "unlink",
      "rmdir",
      "link",
      "chmod");

  @TempDir
  Path temp;

  private NativeCalls calls;
  private TestStack stack;
  private Path lower;
  private int redirects;
  private int done;

  private interface Body {
    void run(TestImage image) throws Exception;
  }

  private void with(Body body) throws Exception {
    Assumptions.assumeTrue(
        UpperFormat.bestOfJdk(temp) == UpperFormat.OVERLAYFS, "needs root and device nodes");
    try (TestImage image = TestImage.of(temp, SampleImage.plain());
        NativeCalls program = NativeCalls.start()) {
      calls = program;
      stack = new TestStack(
          TestHost.OVERLAYFS, container -> TrustedFiles.of(program, container), temp, image.tree());
      lower = KernelMounts.lower(temp);
      try {
        body.run(image);
      } finally {
        KernelMounts.run("umount", lower.toString());
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theViewShowsWhatTheKernelLeft(long seed) throws Exception {
    with(image -> {
      Random random = new Random(seed);
      for (int round = 0; round < ROUNDS; round++) {
        String where = "seed " + seed + ", round " + round;
        String left = kernel(where, null, random);
        try (UnionView view = stack.open()) {
          assertEquals(left, HostTree.describe(view), where + ": the view shows");
          redirects += redirects(view);
        }
      }
      assertTrue(redirects > 0, "seed " + seed + ": the kernel has redirected");
    });
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void eachShowsWhatTheOtherLeft(long seed) throws Exception {
    with(image -> {
      Random random = new Random(seed);
      String left = null;
      for (int round = 0; round < ROUNDS; round++) {
        String where = "seed " + seed + ", round " + round;
        try (UnionView view = stack.open()) {
          if (left != null) {
            assertEquals(left, HostTree.describe(view), where + ": the view shows");
          }
          useView(view, random);
          redirects += redirects(view);
          if (random.nextInt(3) == 0) {
            stack.cover(view);
            useView(view, random);
          }
          left = HostTree.describe(view);
        }
        left = kernel(where, left, random);
      }
      assertTrue(redirects > 0, "seed " + seed + ": the view has redirected");
    });
  }

  private static int redirects(UnionView view) throws PosixException {
    int count = 0;
    Deque<UpperDirectory> left = new ArrayDeque<>(List.of(view.inodes().top().rootDirectory()));
    while (!left.isEmpty()) {
      UpperDirectory next = left.pop();
      count += next.redirect != null && next.lower != Lower.NONE ? 1 : 0;
      for (UpperInode child : view.inodes().children(next).values()) {
        if (child instanceof UpperDirectory directory) {
          left.push(directory);
        }
      }
    }
    return count;
  }

  private static void useView(UnionView view, Random random) {
    List<FileHandle> open = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      RandomOperation operation = RandomOperation.next(random);
      if (operation.suitsKernel()) {
        operation.outcome(view, open);
      }
    }
  }

  /** Mounts, compares with what was left, makes calls, and returns what is there then. */
  private String kernel(String where, String left, Random random) throws Exception {
    Path mount =
        KernelMounts.upper(temp, stack.lowerDirectories(lower), stack.container(), OPTIONS);
    try {
      if (left != null) {
        assertEquals(left, HostTree.describe(mount), where + ": the kernel shows");
      }
      for (int step = 0; step < KERNEL_CALLS; step++) {
        call(mount, random);
      }
      assertTrue(done > KERNEL_CALLS / 50, where + ": the kernel has done something");
      return HostTree.describe(mount);
    } finally {
      KernelMounts.run("umount", mount.toString());
    }
  }

  private void call(Path mount, Random random) throws IOException {
    String call = CALLS.get(random.nextInt(CALLS.size()));
    String one = mount + "/" + path(random);
    String other = mount + "/" + path(random);
    try {
      switch (call) {
        case "rename", "exchange", "link" -> calls.call(call, one, other);
        case "create" -> calls.call(call, one, "text " + random.nextInt());
        default -> calls.call(call, one);
      }
      done++;
    } catch (PosixException e) {
      assertFalse(e.errno() == Errno.EIO, call + ": " + e); // most paths are not there
    }
  }

  private static String path(Random random) {
    StringBuilder path = new StringBuilder().append("abcde".charAt(random.nextInt(5)));
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append('/').append("abcde".charAt(random.nextInt(5)));
    }
    return path.toString();
  }
}
