package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several threads do anything with the same few names, while uppers come on top of each other. No order of the operations
 * is prescribed, but each must end in a way that some order allows; what is found at the end must be consistent in itself,
 * and the same when it is read from the host again. Threads that are interrupted may fail by that, the others may not.
 */
final class ContendedNamesTest {
  private static final long SEED = Long.getLong("layerfs.seed", 1);
  private static final int OPERATIONS = Integer.getInteger("layerfs.operations", 6_250);
  private static final int WORKERS = 8;
  private static final int ROUNDS = 3;
  private static final int COVERS = 2;
  private static final int OPEN_FILES = 10;

  private static List<TestHost> hosts() {
    return ConcurrentHosts.chosen();
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void everyResultIsPossible(TestHost host) throws IOException {
    run(host, WORKERS);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void interruptsFailOnlyThoseWhoAreInterrupted(TestHost host) throws IOException {
    run(host, WORKERS / 2);
  }

  /** The workers from a number on are interrupted now and then. */
  private static void run(TestHost host, int undisturbed) throws IOException {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar())) {
      TestStack stack = new TestStack(host, directory, image.tree());
      for (int round = 0; round < ROUNDS; round++) {
        String where = host + ", seed " + SEED + ", round " + round;
        long seed = SEED * ROUNDS + round;
        String before;
        try (UnionView view = stack.open()) {
          Crew.work(WORKERS, (worker, crew) -> {
            Worker one =
                new Worker(where, view, worker, undisturbed, new Random(seed * WORKERS + worker));
            one.operate(crew, worker == 0 ? stack : null);
          });
          before = checked(where, view);
        }
        try (UnionView view = stack.open()) {
          assertEquals(before, checked(where + " reopened", view), where);
        }
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  /** Describes the tree, in which everything must have as many links as it has names. */
  private static String checked(String where, UnionView view) throws IOException {
    Map<Node, Integer> names = new HashMap<>();
    StringBuilder numbers = new StringBuilder();
    count(where, view, view.root(), names, numbers);
    for (Map.Entry<Node, Integer> entry : names.entrySet()) {
      assertEquals(entry.getValue(), view.stat(entry.getKey()).links(), where + ": links");
    }
    return ViewTree.text(view) + numbers;
  }

  private static void count(
      String where, UnionView view, Node directory, Map<Node, Integer> names, StringBuilder numbers)
      throws PosixException {
    int links = 2;
    for (DirectoryEntry entry : view.list(directory)) {
      Node node = view.lookup(directory, entry.name());
      assertTrue(node != null && node.type() == entry.type(), where + ": " + entry);
      Stat stat = view.stat(node);
      assertEquals(entry.inode(), stat.inode(), where + ": " + entry);
      numbers.append(entry.name()).append(' ').append(stat.inode()).append('\n');
      if (node.type() == FileType.DIRECTORY) {
        links++;
        count(where, view, node, names, numbers);
      } else {
        names.merge(node, 1, Integer::sum);
      }
    }
    assertEquals(links, view.stat(directory).links(), where + ": links of a directory");
  }

  private record Worker(String where, UnionView view, int number, int undisturbed, Random random) {

    void operate(Crew crew, TestStack covered) throws IOException {
      List<FileHandle> open = new ArrayList<>();
      int steps = OPERATIONS / ROUNDS / WORKERS;
      for (int step = 0; step < steps && crew.isWell(); step++) {
        if (covered != null && random.nextInt(steps) < COVERS) {
          covered.cover(view);
        }
        interruptAnyone(crew);
        RandomOperation operation = RandomOperation.next(random);
        boolean none = open.isEmpty();
        String outcome = operation.outcome(view, open);
        boolean interrupted = Thread.interrupted() || number >= undisturbed;
        if (!isPossible(operation.kind(), none, outcome, interrupted)) {
          throw new AssertionError(
              where + ", worker " + number + ", step " + step + ": " + operation + ": " + outcome);
        }
        if (open.size() > OPEN_FILES) {
          open.remove(0).close();
        }
      }
    }

    private void interruptAnyone(Crew crew) {
      if (undisturbed < WORKERS && random.nextInt(8) == 0) {
        crew.interrupt(undisturbed + random.nextInt(WORKERS - undisturbed));
      }
    }

    private static boolean isPossible(
        RandomOperation.Kind kind, boolean none, String outcome, boolean interrupted) {
      for (Errno errno : Errno.values()) {
        if (errno.name().equals(outcome)) {
          return (interrupted && errno == Errno.EINTR) || possible(kind, none).contains(errno);
        }
      }
      return true;
    }
  }

  /** What may come of an operation when others change what it works on, also between the steps of its path. */
  private static Set<Errno> possible(RandomOperation.Kind kind, boolean none) {
    EnumSet<Errno> possible = EnumSet.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ESTALE);
    possible.addAll(
        switch (kind) {
          case CREATE, MKDIR, SYMLINK -> Set.of(Errno.EEXIST);
          case MKNOD, LINK -> Set.of(Errno.EEXIST, Errno.EPERM);
          case UNLINK -> Set.of(Errno.EISDIR);
          case RMDIR -> Set.of(Errno.ENOTEMPTY);
          case RENAME, RENAME_AGAIN -> Set.of(Errno.EINVAL, Errno.ENOTEMPTY, Errno.EISDIR);
          case NOREPLACE -> Set.of(Errno.EINVAL, Errno.EEXIST);
          case EXCHANGE -> Set.of(Errno.EINVAL);
          case CHMOD, CHOWN, UTIMENS -> Set.of(Errno.ENOTSUP);
          case SET_XATTR -> Set.of(Errno.EPERM, Errno.ENOTSUP, Errno.EEXIST, Errno.ENODATA);
          case REMOVE_XATTR -> Set.of(Errno.EPERM, Errno.ENOTSUP, Errno.ENODATA);
          case OPEN -> Set.of(Errno.EISDIR, Errno.ELOOP, Errno.ENXIO);
          case WRITE, WRITE_AGAIN, READ, TRUNCATE -> Set.of(Errno.EBADF);
          case CLOSE, STAT_OPEN -> none ? Set.of(Errno.EBADF) : Set.<Errno>of();
          case LIST -> Set.<Errno>of();
        });
    return possible;
  }
}
