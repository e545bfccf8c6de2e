package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Random operations on a container with limits: after each one what is charged is what is there, to the byte, and no more
 * than the limits allow; also after the container was closed, and after a crash.
 */
final class QuotaModelTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 3));
  private static final long FIRST = Long.getLong("layerfs.seed", 1);
  private static final int ROUNDS = 5;
  private static final int STEPS = 80;

  @ParameterizedTest
  @OnHosts
  void chargedIsWhatIsThere(TestHost host) throws IOException {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Path directory = host.directory();
      try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
        Path container = directory.resolve("container");
        host.create(container, image.tree());
        run(host, container, image, seed);
      } finally {
        TestHost.delete(directory);
      }
    }
  }

  private static void run(TestHost host, Path container, TestImage image, long seed)
      throws IOException {
    Random random = new Random(seed);
    SpaceLimits limits = new SpaceLimits(
        java.util.OptionalLong.of(4096L * random.nextInt(4, 40)),
        java.util.OptionalLong.of(random.nextInt(8, 40)));
    for (int round = 0; round < ROUNDS; round++) {
      String where = host + ", seed " + seed + ", " + limits + ", round " + round;
      boolean crashed = random.nextBoolean();
      if (crashed) {
        new UsageNote(container.resolve("work")).delete();
      }
      SpaceUsage before = Recount.of(host, container);
      Upper upper = Upper.open(container, host.format(), limits);
      try (UnionView view = UnionView.open(image.tree(), upper)) {
        assertEquals(before, view.usage().orElseThrow(), where + ", opened, crashed: " + crashed);
        List<FileHandle> open = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
          RandomOperation operation = RandomOperation.next(random);
          String outcome = operation.outcome(view, open);
          SpaceUsage used = view.usage().orElseThrow();
          String what = where + ", step " + step + ": " + operation + " " + outcome;
          assertEquals(Recount.of(host, container), used, what);
          assertTrue(used.bytes() <= limits.bytes().orElseThrow(), what);
          assertTrue(used.inodes() <= limits.inodes().orElseThrow(), what);
        }
      }
      assertEquals(Recount.of(host, container), Upper.notedUsage(container).orElseThrow(), where);
    }
  }
}
