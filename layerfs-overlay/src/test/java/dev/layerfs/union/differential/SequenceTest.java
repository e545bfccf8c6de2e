package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import dev.layerfs.StoreOptions;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.LoopMount;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One container through the kernel's overlayfs, another of the same image through the view: the same calls must have the same
 * results and leave the same tree, whoever looks at it afterwards. Then the two change places, and it goes on where the other
 * has left it. {@code -Dlayerfs.sequences=N} makes more of them, {@code -Dlayerfs.seed=N} the same again.
 */
final class SequenceTest {
  private static final int SEQUENCES = Integer.getInteger("layerfs.sequences", 40);
  private static final int CALLS = 200;
  private static final int ROUNDS = 3;

  @TempDir
  Path directory;

  private final long seed =
      Long.getLong("layerfs.seed", ThreadLocalRandom.current().nextLong());

  @Test
  void bothAreOneFileSystemOnTheHost() throws IOException {
    compare(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void bothAreOneFileSystemOnOthers(String type) throws IOException {
    try (LoopMount mount = LoopMount.of(type, directory)) {
      compare(mount.directory());
    }
  }

  @Test
  void bothAreOneFileSystemInMemory() throws IOException {
    try (Scratch scratch = Scratch.open()) {
      compare(scratch.directory());
    }
  }

  private void compare(Path place) throws IOException {
    System.out.println("layerfs.seed=" + seed);
    Path layout = new TestLayout()
        .image("docker.io/library/test:1", CallSequence.image(names()))
        .write(place.resolve("layout"));
    try (LayerStore store = LayerStore.open(
        place.resolve("store"), StoreOptions.builder().unsafeNoSync().build())) {
      assumeTrue(
          store.mountSupport().unavailable().isEmpty(), () -> "can't mount: " + reason(store));
      store.load(layout);
      new Rounds(store, place, new Driver(Files.createDirectory(place.resolve("driver")))).run();
    }
  }

  private static String reason(LayerStore store) {
    try {
      return store.mountSupport().unavailable().orElse("");
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<String> names() {
    return IntStream.range(0, SEQUENCES).mapToObj(i -> "s" + i).toList();
  }

  /** The rounds on one store. */
  private final class Rounds {
    private final LayerStore store;
    private final Path target;
    private final Driver driver;
    private String mounted;
    private String viewed;

    Rounds(LayerStore store, Path place, Driver driver) throws IOException {
      this.store = store;
      this.target = Files.createDirectory(place.resolve("mount"));
      this.driver = driver;
      this.mounted = create();
      this.viewed = create();
    }

    private String create() throws IOException {
      try (Container container = store.create(store.image("test:1"))) {
        return container.info().id();
      }
    }

    void run() throws IOException {
      for (int round = 0; round < ROUNDS; round++) {
        round(sequences(round));
        String before = mounted;
        mounted = viewed;
        viewed = before;
      }
    }

    private List<CallSequence> sequences(int round) {
      List<CallSequence> sequences = new ArrayList<>();
      for (String name : names()) {
        long own = seed + 1_000L * round + sequences.size();
        sequences.add(CallSequence.of(name, own, CALLS, true));
      }
      return sequences;
    }

    private void round(List<CallSequence> sequences) throws IOException {
      List<Driver.Answer> kernel = onMount(mounted, script(sequences, true));
      List<Tree> trees = new ArrayList<>();
      try (Container container = store.open(viewed)) {
        for (int i = 0; i < sequences.size(); i++) {
          compareResults(sequences.get(i), kernel.get(i), container.posix());
          trees.add(VisibleTree.read(container.posix(), sequences.get(i).directory()));
          assertEquals(kernel.get(i).tree(), trees.get(i), "the trees of " + sequences.get(i));
        }
      }
      try (Container container = store.open(mounted)) { // what the kernel wrote, through the view
        for (int i = 0; i < sequences.size(); i++) {
          assertEquals(
              trees.get(i),
              VisibleTree.read(container.posix(), sequences.get(i).directory()),
              "the kernel's tree, opened by the view, of " + sequences.get(i));
        }
      }
      List<Driver.Answer> swapped = onMount(viewed, script(sequences, false));
      for (int i = 0; i < sequences.size(); i++) { // what the view wrote, through the kernel
        assertEquals(
            trees.get(i),
            swapped.get(i).tree(),
            "the view's tree, mounted by the kernel, of " + sequences.get(i));
      }
    }

    private List<Driver.Answer> onMount(String container, String script) throws IOException {
      try (Mount mount = store.mount(container, target)) {
        return driver.run(mount.target(), script);
      }
    }
  }

  private static String script(List<CallSequence> sequences, boolean calls) throws PosixException {
    StringBuilder script = new StringBuilder();
    ScriptSyscalls fs = new ScriptSyscalls(script);
    for (CallSequence sequence : sequences) {
      fs.enter(sequence.directory());
      if (calls) {
        for (CallSequence.Call call : sequence.calls()) {
          call.step().make(fs);
        }
      }
      fs.tree();
    }
    return script.toString();
  }

  private static void compareResults(CallSequence sequence, Driver.Answer kernel, PosixView view)
      throws PosixException {
    ViewSyscalls fs = new ViewSyscalls(view, sequence.directory());
    for (int i = 0; i < sequence.calls().size(); i++) {
      CallSequence.Call call = sequence.calls().get(i);
      String result = result(call, fs);
      if (!result.equals(kernel.results().get(i))) {
        fail("call " + i + " of " + sequence + ", " + call.label() + ": the kernel says "
            + kernel.results().get(i) + ", the view " + result + "; before it "
            + sequence.calls().subList(0, i).stream()
                .map(CallSequence.Call::label)
                .toList());
      }
    }
  }

  private static String result(CallSequence.Call call, Syscalls fs) {
    try {
      call.step().make(fs);
      return Outcome.OK;
    } catch (PosixException e) {
      return e.errno().name();
    }
  }
}
