package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.Watcher;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.Scale;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;

/** What a view tells its watchers. */
final class EventsTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 4));
  private static final int STEPS = 300;
  private static final int THREADS = 4;

  private interface Body {
    void run(UnionView view) throws Exception;
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    try (TestImage image = TestImage.of(directory, SampleImage.tar());
        UnionView view =
            UnionView.open(image.tree(), host.create(directory.resolve("c"), image.tree()))) {
      body.run(view);
    } finally {
      TestHost.delete(directory);
    }
  }

  /** Writes down what it is told, of directories that it knows. */
  private static final class Record implements Watcher {
    private final UnionView view;
    private final Map<Node, String> known = new HashMap<>();
    private final List<String> told = new ArrayList<>();

    Record(UnionView view, String... directories) throws PosixException {
      this.view = view;
      for (String directory : directories) {
        known.put(Paths.node(view, directory), directory);
      }
      view.watch(this);
    }

    @Override
    public void changed(Node directory, Name name, NameEvent event) {
      told.add(event + " " + known.get(directory) + "/" + name);
    }

    @Override
    public void removed(Node directory) {
      told.add("removed " + known.get(directory));
    }

    void assertTold(String... events) {
      assertEquals(List.of(events), told);
      told.clear();
    }

    void leave() {
      view.unwatch(this);
    }
  }

  @ParameterizedTest
  @OnHosts
  void namesThatComeAndGo(TestHost host) throws Exception {
    with(host, view -> {
      Record record = new Record(view, "a", "b", "c", "");
      Paths.create(view, "c/new", FileType.REGULAR);
      Paths.symlink(view, "c/link", "new");
      Paths.create(view, "c/sub", FileType.DIRECTORY);
      record.assertTold("CREATED c/new", "CREATED c/link", "CREATED c/sub");
      Paths.unlink(view, "a/b");
      Paths.unlink(view, "c/link");
      record.assertTold("DELETED a/b", "DELETED c/link");
      assertThrows(PosixException.class, () -> Paths.unlink(view, "a/b"));
      assertThrows(PosixException.class, () -> Paths.create(view, "c/new", FileType.DIRECTORY));
      record.assertTold();
      Paths.rename(view, "c/new", "c/newer");
      record.assertTold("DELETED c/new", "CREATED c/newer");
      Paths.rename(view, "c/newer", "b/a");
      record.assertTold("DELETED c/newer", "CREATED b/a");
      Paths.rename(view, "b/a", "d", RenameFlag.EXCHANGE);
      record.assertTold("DELETED b/a", "DELETED /d", "CREATED b/a", "CREATED /d");
    });
  }

  @ParameterizedTest
  @OnHosts
  void directoriesThatGo(TestHost host) throws Exception {
    with(host, view -> {
      Paths.create(view, "c/old", FileType.DIRECTORY);
      Paths.create(view, "c/new", FileType.DIRECTORY);
      Record record = new Record(view, "c", "c/old", "c/new", "");
      Paths.rename(view, "c/new", "c/old");
      record.assertTold("DELETED c/new", "CREATED c/old", "removed c/old");
      Paths.rmdir(view, "c/old");
      record.assertTold("DELETED c/old", "removed c/new");
      Paths.rmdir(view, "c");
      record.assertTold("DELETED /c", "removed c");
    });
  }

  @ParameterizedTest
  @OnHosts
  void changesOfAttributes(TestHost host) throws Exception {
    with(host, view -> {
      Record record = new Record(view, "a", "");
      Node file = Paths.node(view, "a/b");
      view.chmod(file, 0600);
      view.chown(file, 1, 2);
      view.utimens(file, null, new Timespec(1, 2));
      record.assertTold("MODIFIED a/b", "MODIFIED a/b", "MODIFIED a/b");
      view.utimens(file, null, null);
      record.assertTold();
      view.setXattr(file, Name.of("user.x"), new byte[1], XattrFlag.SET);
      view.removeXattr(file, Name.of("user.x"));
      record.assertTold("MODIFIED a/b", "MODIFIED a/b");
      view.chmod(Paths.node(view, "a"), 0700);
      record.assertTold("MODIFIED /a");
      view.chmod(view.root(), 0700);
      record.assertTold();
    });
  }

  @ParameterizedTest
  @OnHosts
  void writesByHandles(TestHost host) throws Exception {
    with(host, view -> {
      Record record = new Record(view, "a", "c");
      Set<OpenFlag> write = Set.of(OpenFlag.READ, OpenFlag.WRITE);
      try (FileHandle handle = view.open(Paths.node(view, "a/b"), write)) {
        record.assertTold(); // it was copied up
        handle.write(ByteBuffer.allocate(1), 0);
        record.assertTold("MODIFIED a/b");
        handle.write(ByteBuffer.allocate(0), 0);
        handle.read(ByteBuffer.allocate(1), 0);
        handle.sync();
        record.assertTold();
        handle.truncate(3);
        record.assertTold("MODIFIED a/b");
        Paths.rename(view, "a/b", "c/moved");
        handle.write(ByteBuffer.allocate(1), 9);
        record.assertTold("DELETED a/b", "CREATED c/moved", "MODIFIED c/moved");
        Paths.unlink(view, "c/moved");
        handle.write(ByteBuffer.allocate(1), 9);
        record.assertTold("DELETED c/moved");
      }
      Set<OpenFlag> truncate = Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE);
      Paths.create(view, "c/file", FileType.REGULAR);
      view.open(Paths.node(view, "c/file"), truncate).close();
      record.assertTold("CREATED c/file", "MODIFIED c/file");
    });
  }

  /** The image's {@code a/a}, {@code a/c/b} and {@code b/d} are one inode. */
  @ParameterizedTest
  @OnHosts
  void everyNameOfAHardLink(TestHost host) throws Exception {
    with(host, view -> {
      Record record = new Record(view, "a", "a/c", "b", "c");
      Paths.write(view, "a/c/b", "x");
      record.told.sort(null);
      record.assertTold("MODIFIED a/a", "MODIFIED a/c/b", "MODIFIED b/d");
      Paths.link(view, "b/d", "c/added");
      Paths.unlink(view, "a/a");
      record.assertTold("CREATED c/added", "DELETED a/a");
      Paths.write(view, "c/added", "y");
      record.told.sort(null);
      record.assertTold("MODIFIED a/c/b", "MODIFIED b/d", "MODIFIED c/added");
    });
  }

  @ParameterizedTest
  @OnHosts
  void nothingOnceUnwatched(TestHost host) throws Exception {
    with(host, view -> {
      Record left = new Record(view, "c");
      Record stays = new Record(view, "c");
      left.leave();
      Paths.create(view, "c/new", FileType.REGULAR);
      left.assertTold();
      stays.assertTold("CREATED c/new");
      stays.leave();
      Paths.unlink(view, "c/new");
      Record late = new Record(view, "c");
      Paths.create(view, "c/late", FileType.REGULAR);
      late.assertTold("CREATED c/late");
      stays.assertTold();
    });
  }

  /** Keeps the names of all directories up to date by nothing but events. */
  private static final class Mirror implements Watcher {
    private final Map<Node, Set<Name>> names = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();

    void fill(UnionView view, Node directory) throws PosixException {
      for (DirectoryEntry entry : view.list(directory)) {
        names(directory).add(entry.name());
        Node node = view.lookup(directory, entry.name());
        if (node != null && node.type() == FileType.DIRECTORY) {
          fill(view, node);
        }
      }
    }

    private Set<Name> names(Node directory) {
      return names.computeIfAbsent(directory, node -> new TreeSet<>());
    }

    @Override
    public void changed(Node directory, Name name, NameEvent event) {
      if (event == NameEvent.CREATED) {
        names(directory).add(name); // or it was replaced
      } else if (!names(directory).contains(name)) {
        wrong.add(event + " " + directory + " " + name);
      } else if (event == NameEvent.DELETED) {
        names(directory).remove(name);
      }
    }

    @Override
    public void removed(Node directory) {
      if (!names(directory).isEmpty()) {
        wrong.add("removed " + directory + " " + names(directory));
      }
      names.remove(directory);
    }

    void assertSame(UnionView view) throws PosixException {
      assertEquals(List.of(), wrong);
      Mirror now = new Mirror();
      now.fill(view, view.root());
      names.values().removeIf(Set::isEmpty);
      assertEquals(now.names, names);
    }
  }

  @ParameterizedTest
  @OnHosts
  void namesFollowFromEvents(TestHost host) throws Exception {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      with(host, view -> {
        Mirror mirror = new Mirror();
        mirror.fill(view, view.root());
        view.watch(mirror);
        List<FileHandle> open = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
          RandomOperation.next(random).outcome(view, open);
        }
        mirror.assertSame(view);
      });
    }
  }

  /** If two events of a name came in another order than the changes, the mirror would end up wrong. */
  @ParameterizedTest
  @OnHosts
  void eventsOfManyThreadsAreInOrder(TestHost host) throws Exception {
    with(host, view -> {
      Mirror mirror = new Mirror();
      mirror.fill(view, view.root());
      view.watch(mirror);
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          Random random = new Random(thread);
          List<FileHandle> open = new ArrayList<>();
          done.add(threads.submit(() -> {
            for (int step = 0; step < STEPS; step++) {
              RandomOperation.next(random).outcome(view, open);
            }
            return true;
          }));
        }
        for (Future<?> each : done) {
          each.get();
        }
      } finally {
        threads.shutdown();
      }
      mirror.assertSame(view);
    });
  }
}
