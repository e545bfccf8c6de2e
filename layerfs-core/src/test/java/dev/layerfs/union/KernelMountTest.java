package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * One upper, used by turns by the view and by the kernel's overlayfs over the same EROFS files: each must show what the
 * other left. Needs root and a kernel that mounts EROFS from a file.
 */
@EnabledOnOs(OS.LINUX)
final class KernelMountTest {
  private static final int ROUNDS = 8;
  private static final int STEPS = 40;
  private static final int SEEDS = Scale.of(1, 4);
  private static final String[] COMMANDS = {
    "rm -f $1",
    "rm -rf $1",
    "mkdir $1",
    "mkdir -p $1/x",
    "rmdir $1",
    "mv -T $1 $2",
    "mv -fT $1 $2",
    "ln $1 $2",
    "ln -s target $1",
    "echo text >> $1",
    "echo new > $1",
    "touch -hd @1234567890 $1",
    "chmod 4711 $1",
    "chown -h 3:4 $1",
    "setfattr -n user.one -v 1 $1",
    "rm -rf $1; mkdir $1; echo again > $1/a",
    "cp -a $1 $2"
  };

  @TempDir
  Path temp;

  @ParameterizedTest
  @OnHosts("OVERLAYFS")
  void eachShowsWhatTheOtherLeft(TestHost host) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        UpperFormat.bestOfJdk(temp) == UpperFormat.OVERLAYFS, "needs root and device nodes");
    try (TestImage image = TestImage.of(temp, SampleImage.plain())) {
      Path lower = KernelMounts.lower(temp);
      try {
        for (long seed = 1; seed <= SEEDS; seed++) {
          Path container = temp.resolve("container" + seed);
          host.create(container, image.tree());
          useByTurns(host, seed, lower, container, image);
        }
      } finally {
        KernelMounts.run("umount", lower.toString());
      }
    }
  }

  private void useByTurns(TestHost host, long seed, Path lower, Path container, TestImage image)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String where = host + ", seed " + seed + ", round " + round;
      String left = useView(host, container, image, random);
      Path mount = mountUpper(host, lower, container);
      try {
        assertEquals(left, HostTree.describe(mount), where + ": the kernel shows");
        useKernel(mount, random);
        left = HostTree.describe(mount);
      } finally {
        KernelMounts.run("umount", mount.toString());
      }
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        assertEquals(left, HostTree.describe(view), where + ": the view shows");
      }
    }
  }

  /** A container that was made where no kernel could mount it. */
  @ParameterizedTest
  @OnHosts({"OVERLAYFS", "OVERLAYFS_OVERRIDE", "PORTABLE", "PORTABLE_SIDE"})
  void aKernelShowsWhatWasConverted(TestHost host) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        UpperFormat.bestOfJdk(temp) == UpperFormat.OVERLAYFS, "needs root and device nodes");
    try (TestImage image = TestImage.of(temp, SampleImage.plain())) {
      Path lower = KernelMounts.lower(temp);
      try {
        for (long seed = 1; seed <= SEEDS; seed++) {
          Path container = temp.resolve("container" + seed);
          host.create(container, image.tree());
          String left = useView(host, container, image, new Random(seed));
          Path converted = Files.createDirectory(temp.resolve("converted" + seed));
          Upper source = Upper.open(container, host.format());
          UpperConverter.convert(
              image.tree(), List.of(), source, converted, TestHost.OVERLAYFS.format());
          Upper made = Upper.open(converted, TestHost.OVERLAYFS.format());
          assertFalse(made.needsSettling(), "seed " + seed);
          Path mount = mountUpper(TestHost.OVERLAYFS, lower, converted);
          try {
            assertEquals(left, HostTree.describe(mount), "seed " + seed + ": the kernel shows");
          } finally {
            KernelMounts.run("umount", mount.toString());
          }
        }
      } finally {
        KernelMounts.run("umount", lower.toString());
      }
    }
  }

  private Path mountUpper(TestHost host, Path lower, Path container)
      throws IOException, InterruptedException {
    boolean user = host.files(container).markPrefix().toString().startsWith("user.");
    String marks = user ? "userxattr" : "redirect_dir=on";
    return KernelMounts.upper(temp, lower.toString(), container, marks);
  }

  private static String useView(TestHost host, Path container, TestImage image, Random random)
      throws IOException {
    Upper upper = Upper.open(container, host.format());
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      List<FileHandle> open = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        RandomOperation operation = RandomOperation.next(random);
        if (operation.suitsKernel()) {
          operation.outcome(view, open);
        }
      }
      return HostTree.describe(view);
    }
  }

  private static void useKernel(Path mount, Random random)
      throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("cd " + mount + "\n");
    for (int step = 0; step < STEPS; step++) {
      script
          .append("set -- ")
          .append(path(random))
          .append(' ')
          .append(path(random))
          .append('\n');
      script.append(COMMANDS[random.nextInt(COMMANDS.length)]).append('\n');
    }
    KernelMounts.run("sh", "-c", script.toString());
  }

  private static String path(Random random) {
    StringBuilder path = new StringBuilder().append("abcde".charAt(random.nextInt(5)));
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append('/').append("abcde".charAt(random.nextInt(5)));
    }
    return path.toString();
  }
}
