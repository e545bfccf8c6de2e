package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link UnionModelTest} by several threads at once. Each has names of its own in directories that all share, so whatever
 * the others do at the same time, every result and every error must be the model's, and so must the tree. Meanwhile
 * uppers come on top of each other, and between rounds the union is closed and opened again.
 */
final class ConcurrentModelTest {
  private static final long SEED = Long.getLong("layerfs.seed", 1);
  private static final int OPERATIONS =
      Integer.getInteger("layerfs.operations", Scale.of(5_000, 25_000));
  private static final int WORKERS = 8;
  private static final int ROUNDS = 4;
  private static final int COVERS = 3;

  private static List<TestHost> hosts() {
    return ConcurrentHosts.chosen();
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void everyThreadSeesTheModel(TestHost host) throws IOException {
    Path directory = host.directory();
    List<UnaryOperator<String>> places = IntStream.range(0, WORKERS)
        .<UnaryOperator<String>>mapToObj(worker -> path -> place(worker, path))
        .toList();
    try (TestImage image = TestImage.of(directory, SampleImage.tar(places));
        ModelView model = new ModelView()) {
      try (UnionView view = UnionView.readOnly(image.tree())) {
        ViewTree.copy(view, model);
      }
      run(host, new TestStack(host, directory, image.tree()), model);
    } finally {
      TestHost.delete(directory);
    }
  }

  /** Returns where a worker has what others call by this path: half of the names are in one directory, half in another. */
  private static String place(int worker, String path) {
    int slash = path.indexOf('/');
    String first = slash < 0 ? path : path.substring(0, slash);
    String shared = first.equals("b") || first.equals("d") ? "p/q/" : "p/";
    return shared + first + worker + path.substring(first.length());
  }

  private static void run(TestHost host, TestStack stack, ModelView model) throws IOException {
    Map<Long, Long> inodes = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      String where = host + ", seed " + SEED + ", round " + round;
      long seed = SEED * ROUNDS + round;
      try (UnionView view = stack.open()) {
        same(where + " opened", model, view, inodes);
        Crew.work(WORKERS, (worker, crew) -> {
          Worker one =
              new Worker(host, where, worker, new Random(seed * WORKERS + worker), model, view);
          one.operate(crew, worker == 0 ? stack : null);
        });
        same(where, model, view, inodes);
      }
    }
  }

  private static void same(String where, PosixView model, PosixView view, Map<Long, Long> inodes)
      throws PosixException {
    assertEquals(ViewTree.text(model), ViewTree.text(view), where);
    ViewTree.matchInodes(model, view, inodes);
  }

  private record Worker(
      TestHost host, String where, int number, Random random, ModelView model, UnionView view) {

    void operate(Crew crew, TestStack covered) throws IOException {
      List<FileHandle> left = new ArrayList<>();
      List<FileHandle> right = new ArrayList<>();
      int steps = OPERATIONS / ROUNDS / WORKERS;
      for (int step = 0; step < steps && crew.isWell(); step++) {
        if (covered != null && random.nextInt(steps) < COVERS) {
          covered.cover(view);
        }
        RandomOperation operation = RandomOperation.next(random).at(path -> place(number, path));
        if (isBeyond(operation)) {
          continue;
        }
        String at = where + ", worker " + number + ", step " + step;
        assertEquals(
            operation.outcome(model, left),
            operation.outcome(view, right),
            () -> at + ": " + operation);
      }
    }

    /** Whether the host would replace a link, or a special file that it has made whole, by another inode: the next that is made may get the number of the first. */
    private boolean isBeyond(RandomOperation operation) throws PosixException {
      boolean replaces = host == TestHost.OVERLAYFS || host == TestHost.LINUX_USER;
      boolean kept = !replaces || operation.kind() != RandomOperation.Kind.SET_XATTR;
      Node node = kept ? null : ViewTree.find(model, operation.path());
      return node != null
          && node.type() != FileType.REGULAR
          && node.type() != FileType.DIRECTORY
          && (node.type() == FileType.SYMLINK || host == TestHost.LINUX_USER);
    }
  }
}
