package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Stat;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.TarBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several threads move, exchange, link and append to the same few files of an image, in directories that are moved as
 * well, while uppers come on top of each other. Nothing that they do removes a file, so at the end each file must be
 * there, once for each of its names, with all that was appended to it; and nobody may ever be told that a file is gone.
 */
final class ContendedFilesTest {
  private static final long SEED = Long.getLong("layerfs.seed", 1);
  private static final int OPERATIONS =
      Integer.getInteger("layerfs.operations", Scale.of(6_250, 12_500));
  private static final int WORKERS = 8;
  private static final int ROUNDS = 4;
  private static final int COVERS = 2;
  private static final int DIRECTORIES = 4;
  private static final int FILES = 12;
  private static final int NAMES = 10;
  private static final int MAX_LINKS = 60;
  private static final int RECORD = 8;
  private static final String PASSING = "passing-";

  /** How many names each file has, and how much was appended to it. */
  private final AtomicInteger[] names = new AtomicInteger[FILES];

  private final AtomicInteger[] records = new AtomicInteger[FILES];
  private final AtomicInteger links = new AtomicInteger();

  /** Files that come and go: whoever has seen one can still ask for its attributes. */
  private final AtomicReferenceArray<Node> passing = new AtomicReferenceArray<>(WORKERS);

  private static List<TestHost> hosts() {
    return ConcurrentHosts.chosen();
  }

  private static TarBuilder tar() {
    TarBuilder tar = new TarBuilder();
    for (int d = 0; d < DIRECTORIES; d++) {
      tar.directory("d" + d + "/").directory("d" + d + "/s" + d + "/");
    }
    for (int f = 0; f < FILES; f++) {
      tar.file(first(f), record(f, WORKERS, 0));
      if (f % 3 == 0) {
        tar.hardLink(second(f), first(f));
      }
    }
    return tar;
  }

  private static String first(int file) {
    return "d" + file % DIRECTORIES + "/f" + file;
  }

  private static String second(int file) {
    return "d" + (file + 1) % DIRECTORIES + "/g" + file;
  }

  private static String record(int file, int worker, int step) {
    return String.format("%c%c%05d\n", 'A' + file, 'a' + worker, step);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void noFileIsLost(TestHost host) throws IOException {
    for (int f = 0; f < FILES; f++) {
      names[f] = new AtomicInteger(f % 3 == 0 ? 2 : 1);
      records[f] = new AtomicInteger(1);
    }
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, tar())) {
      TestStack stack = new TestStack(host, directory, image.tree());
      for (int round = 0; round < ROUNDS; round++) {
        run(host + ", seed " + SEED, round, stack);
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private void run(String name, int round, TestStack stack) throws IOException {
    String where = name + ", round " + round;
    int steps = OPERATIONS / ROUNDS / WORKERS;
    String before;
    Map<Integer, Node> files;
    for (int worker = 0; worker < WORKERS; worker++) {
      passing.set(worker, null);
    }
    try (UnionView view = stack.open()) {
      files = find(where + " opened", view);
      List<Node> directories = new ArrayList<>();
      collectDirectories(view, view.root(), directories);
      Crew.work(WORKERS, (worker, crew) -> {
        Random random = new Random((SEED * ROUNDS + round) * WORKERS + worker);
        Worker one = new Worker(view, files, directories, worker, random, new HashMap<>());
        one.operate(where, crew, round * steps, steps, worker == 0 ? stack : null);
      });
      assertEquals(files, find(where, view), where);
      before = HostTree.describe(view);
    }
    try (UnionView view = stack.open()) {
      assertEquals(before, HostTree.describe(view), where + " reopened");
    }
  }

  /** Finds all files, and checks each. */
  private Map<Integer, Node> find(String where, UnionView view) throws PosixException {
    Map<Integer, Node> found = new HashMap<>();
    Map<Node, Integer> counts = new HashMap<>();
    collect(view, view.root(), counts);
    for (Map.Entry<Node, Integer> entry : counts.entrySet()) {
      Node node = entry.getKey();
      int file = check(where, new String(ViewTree.content(view, node), StandardCharsets.US_ASCII));
      assertEquals(names[file].get(), entry.getValue(), where + ": names of " + file);
      assertEquals(names[file].get(), view.stat(node).links(), where + ": links of " + file);
      assertEquals(null, found.put(file, node), where + ": one inode for " + file);
    }
    assertEquals(FILES, found.size(), where);
    return found;
  }

  private int check(String where, String content) {
    int file = content.charAt(0) - 'A';
    String[] lines = content.split("\n");
    assertEquals(records[file].get(), lines.length, where + ": records of " + file);
    assertEquals(lines.length, Arrays.stream(lines).distinct().count(), where + ": different ones");
    for (String line : lines) {
      assertEquals('A' + file, line.charAt(0), where + ": records of " + file);
    }
    return file;
  }

  private static void collect(UnionView view, Node directory, Map<Node, Integer> counts)
      throws PosixException {
    int subdirectories = 0;
    for (DirectoryEntry entry : view.list(directory)) {
      Node node = view.lookup(directory, entry.name());
      assertTrue(node != null && node.type() == entry.type(), entry + " is listed but not found");
      if (node.type() == FileType.DIRECTORY) {
        subdirectories++;
        collect(view, node, counts);
      } else {
        counts.merge(node, 1, Integer::sum);
      }
    }
    assertEquals(2 + subdirectories, view.stat(directory).links(), "links of a directory");
  }

  private static void collectDirectories(UnionView view, Node directory, List<Node> directories)
      throws PosixException {
    for (DirectoryEntry entry : view.list(directory)) {
      Node node = view.lookup(directory, entry.name());
      if (node != null && node.type() == FileType.DIRECTORY) {
        directories.add(node);
        collectDirectories(view, node, directories);
      }
    }
  }

  private final class Worker {
    private final UnionView view;
    private final Map<Integer, Node> files;
    private final int number;
    private final Random random;
    private final Map<Integer, FileHandle> open;
    private final List<Node> directories;

    Worker(
        UnionView view,
        Map<Integer, Node> files,
        List<Node> directories,
        int number,
        Random random,
        Map<Integer, FileHandle> open) {
      this.view = view;
      this.files = files;
      this.directories = directories;
      this.number = number;
      this.random = random;
      this.open = open;
    }

    void operate(String where, Crew crew, int first, int steps, TestStack covered)
        throws IOException {
      for (int step = first; step < first + steps && crew.isWell(); step++) {
        if (covered != null && random.nextInt(steps) < COVERS) {
          covered.cover(view);
        }
        int kind = random.nextInt(11);
        try {
          operate(kind, step);
        } catch (PosixException e) {
          Set<Errno> possible = Set.of(Errno.ENOENT, Errno.EEXIST, Errno.EINVAL);
          if (kind > 4 || !possible.contains(e.errno())) {
            throw new AssertionError(
                where + ", worker " + number + ", step " + step + ", kind " + kind, e);
          }
        }
      }
    }

    private void operate(int kind, int step) throws PosixException {
      switch (kind) {
        case 0, 1 -> rename(RenameFlag.NOREPLACE);
        case 2 -> rename(RenameFlag.EXCHANGE);
        case 3 -> link();
        case 4 -> moveDirectory();
        case 5, 6 -> append(step);
        case 7 -> comeAndGo(step);
        case 8 -> view.chmod(file(random.nextInt(FILES)), 0600 + random.nextInt(8));
        case 9 -> linkAndUnlink(step);
        default -> look();
      }
    }

    private Node file(int file) {
      return Objects.requireNonNull(files.get(file));
    }

    private Node directory() {
      return directories.get(random.nextInt(directories.size()));
    }

    private Name name() {
      return Name.of("n" + random.nextInt(NAMES));
    }

    /** Takes any name of what is to stay, so that all files are moved again and again. */
    private Name taken(Node directory) throws PosixException {
      List<Name> taken = view.list(directory).stream()
          .map(DirectoryEntry::name)
          .filter(name -> !name.toString().startsWith(PASSING))
          .toList();
      return taken.isEmpty() ? name() : taken.get(random.nextInt(taken.size()));
    }

    private void rename(RenameFlag flag) throws PosixException {
      Node from = directory();
      Node to = directory();
      view.rename(
          from, taken(from), to, flag == RenameFlag.EXCHANGE ? taken(to) : name(), Set.of(flag));
    }

    private void link() throws PosixException {
      if (links.incrementAndGet() > MAX_LINKS) {
        return;
      }
      int file = random.nextInt(FILES);
      view.link(file(file), directory(), name());
      names[file].incrementAndGet();
    }

    private void moveDirectory() throws PosixException {
      Node from = random.nextBoolean() ? view.root() : directory();
      Node to = random.nextBoolean() ? view.root() : directory();
      view.rename(from, taken(from), to, name(), Set.of(RenameFlag.NOREPLACE));
    }

    private void append(int step) throws PosixException {
      int file = random.nextInt(FILES);
      FileHandle handle = open.get(file);
      if (handle == null) {
        handle = view.open(file(file), Set.of(OpenFlag.WRITE, OpenFlag.APPEND));
        open.put(file, handle);
      }
      byte[] bytes = record(file, number, step).getBytes(StandardCharsets.US_ASCII);
      handle.write(ByteBuffer.wrap(bytes), 0);
      records[file].incrementAndGet();
      if (random.nextInt(4) == 0) {
        open.remove(file);
        handle.close();
      }
    }

    /** Makes a file that no other thread moves, and removes it while others look at it. */
    private void comeAndGo(int step) throws PosixException {
      Node directory = directory();
      Name name = Name.of(PASSING + number + "-" + step);
      Node made = view.create(directory, name, FileType.REGULAR, 0600, 0, 0);
      passing.set(number, made);
      FileHandle handle = step % 2 == 0 ? view.open(made, Set.of(OpenFlag.WRITE)) : null;
      assertEquals(made, view.lookup(directory, name));
      view.unlink(directory, name);
      assertEquals(null, view.lookup(directory, name));
      if (handle != null) {
        handle.write(ByteBuffer.wrap(new byte[RECORD]), 0);
        assertEquals(RECORD, handle.stat().size());
        handle.close();
      }
      assertEquals(0, view.stat(made).links());
    }

    private void linkAndUnlink(int step) throws PosixException {
      Node directory = directory();
      Name name = Name.of(PASSING + number + "-" + step);
      Node linked = file(random.nextInt(FILES));
      view.link(linked, directory, name);
      assertEquals(linked, view.lookup(directory, name));
      view.unlink(directory, name);
    }

    private void look() throws PosixException {
      Node seen = passing.get(random.nextInt(WORKERS));
      if (seen != null) {
        assertTrue(view.stat(seen).links() <= 1);
      }
      Stat stat = view.stat(file(random.nextInt(FILES)));
      assertTrue(stat.links() >= 1 && stat.size() % RECORD == 0 && stat.size() > 0);
    }
  }
}
