package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Random operations on a union and on a model of a file system that starts with the same content: every result and every
 * error must be the same, and so must the trees, also after the union was closed and opened again, and every inode must
 * keep its number.
 */
final class UnionModelTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 4));
  private static final long FIRST = Long.getLong("layerfs.seed", 1);
  private static final int ROUNDS = 6;
  private static final int STEPS = 60;

  @ParameterizedTest
  @OnHosts
  void sameAsTheModel(TestHost host) throws IOException {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Path directory = host.directory();
      try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
        Path container = Files.createDirectory(directory.resolve("container"));
        run(host.name(), () -> Upper.open(container, host.format()), image, seed);
      } finally {
        TestHost.delete(directory);
      }
    }
  }

  /** Directories of the image that are renamed stay where they are beneath. */
  @ParameterizedTest(allowZeroInvocations = true) // none of another module is like these
  @OnHosts({"PORTABLE", "JIMFS_UNIX", "JIMFS_WINDOWS"})
  void sameAsTheModelWithRedirects(TestHost host) throws IOException {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Path directory = host.directory();
      try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
        Path container = directory.resolve("container");
        host.create(container, image.tree());
        run(host + " with redirects", () -> TrustedFiles.open(host, container), image, seed);
      } finally {
        TestHost.delete(directory);
      }
    }
  }

  private interface Opening {
    Upper open() throws IOException;
  }

  private static void run(String host, Opening container, TestImage image, long seed)
      throws IOException {
    try (ModelView model = new ModelView()) {
      try (UnionView view = UnionView.readOnly(image.tree())) {
        ViewTree.copy(view, model);
        assertEquals(ViewTree.describe(model), ViewTree.describe(view));
      }
      Random random = new Random(seed);
      Map<Long, Long> inodes = new HashMap<>();
      for (int round = 0; round < ROUNDS; round++) {
        String where = host + ", seed " + seed + ", round " + round;
        try (UnionView view = UnionView.open(image.tree(), container.open())) {
          compare(where + " opened", model, view, inodes);
          List<FileHandle> left = new ArrayList<>();
          List<FileHandle> right = new ArrayList<>();
          for (int step = 0; step < STEPS; step++) {
            step(where + ", step " + step, random, model, left, view, right);
          }
          compare(where, model, view, inodes);
        }
      }
    }
  }

  private static void compare(String where, PosixView model, PosixView view, Map<Long, Long> inodes)
      throws PosixException {
    assertEquals(ViewTree.text(model), ViewTree.text(view), where);
    try {
      ViewTree.matchInodes(model, view, inodes);
    } catch (AssertionError e) {
      throw new AssertionError(where, e);
    }
  }

  private static void step(
      String where,
      Random random,
      PosixView model,
      List<FileHandle> left,
      PosixView view,
      List<FileHandle> right)
      throws PosixException {
    RandomOperation operation = RandomOperation.next(random);
    String expected = operation.outcome(model, left);
    String actual = operation.outcome(view, right);
    assertEquals(expected, actual, () -> where + ": " + operation);
    if (random.nextInt(20) == 0) {
      assertEquals(ViewTree.text(model), ViewTree.text(view), () -> where + ": " + operation);
    }
  }
}
