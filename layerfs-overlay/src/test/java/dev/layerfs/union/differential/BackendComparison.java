package dev.layerfs.union.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import dev.layerfs.StoreOptions;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One container through the kernel's overlayfs, another of the same image through the view: the same calls must have the same
 * results and leave the same tree, whoever looks at it afterwards. Then the two change places, and it goes on where the other
 * has left it.
 */
final class BackendComparison {
  private static final String IMAGE = "test:1";

  private final Path place;
  private final Set<SequenceRule> rules;
  private final long seed;
  private final Extent extent;
  private final List<String> names;
  private final Driver driver;
  private final Path target;

  /**
   * How much is done.
   *
   * @param rounds how often the two change places
   * @param calls how many system calls a sequence has
   * @param checkpoints whether what is written in a round becomes a layer beneath the next
   */
  record Extent(int rounds, int calls, boolean checkpoints) {}

  /**
   * Prepares.
   *
   * @param place an empty directory
   * @param rules where the two may differ
   * @param seed what the calls depend on
   * @param sequences how many sequences of calls are made in each round
   * @param extent how much is done
   */
  BackendComparison(Path place, Set<SequenceRule> rules, long seed, int sequences, Extent extent)
      throws IOException {
    this.extent = extent;
    this.place = place;
    this.rules = rules;
    this.seed = seed;
    this.names = IntStream.range(0, sequences).mapToObj(i -> "s" + i).toList();
    this.driver = new Driver(Files.createDirectory(place.resolve("driver")), MarkNamespace.USER);
    this.target = Files.createDirectory(place.resolve("mount"));
  }

  void run() throws IOException {
    boolean devices = !rules.contains(SequenceRule.OWNERS_STAY); // else nobody can make them
    Path layout = new TestLayout()
        .image("docker.io/library/" + IMAGE, CallSequence.image(names, devices))
        .write(place.resolve("layout"));
    StoreOptions options = StoreOptions.builder().unsafeNoSync().build();
    try (LayerStore store = LayerStore.open(place.resolve("store"), options)) {
      store.load(layout);
      String mounted = create(store);
      String viewed = create(store);
      for (int round = 0; round < extent.rounds(); round++) {
        round(store, sequences(round), mounted, viewed);
        if (extent.checkpoints()) {
          checkpoint(store, mounted);
          checkpoint(store, viewed);
        }
        String before = mounted;
        mounted = viewed;
        viewed = before;
      }
    }
  }

  private static String create(LayerStore store) throws IOException {
    try (Container container = store.create(store.image(IMAGE))) {
      return container.info().id();
    }
  }

  private static void checkpoint(LayerStore store, String id) throws IOException {
    try (Container container = store.open(id)) {
      container.checkpoint();
    }
  }

  private List<CallSequence> sequences(int round) {
    List<CallSequence> sequences = new ArrayList<>();
    for (String name : names) {
      long own = seed + 1_000_000L * round + sequences.size();
      sequences.add(CallSequence.of(name, own, extent.calls()).without(this::isLeftOut));
    }
    return sequences;
  }

  private boolean isLeftOut(CallSequence.Call call) {
    return rules.stream().anyMatch(rule -> rule.leavesOut(call));
  }

  private void round(LayerStore store, List<CallSequence> sequences, String mounted, String viewed)
      throws IOException {
    List<Driver.Answer> kernel = onMount(store, mounted, script(sequences, true));
    List<Tree> trees = new ArrayList<>();
    try (Container container = store.open(viewed)) {
      for (int i = 0; i < sequences.size(); i++) {
        compareResults(sequences.get(i), kernel.get(i), container.posix());
        trees.add(VisibleTree.read(container.posix(), sequences.get(i).directory()));
        requireSame(kernel.get(i).tree(), trees.get(i), sequences.get(i), "the trees of");
      }
    }
    try (Container container = store.open(mounted)) { // what the kernel wrote, through the view
      for (int i = 0; i < sequences.size(); i++) {
        Tree tree = VisibleTree.read(container.posix(), sequences.get(i).directory());
        requireSame(trees.get(i), tree, sequences.get(i), "the kernel's tree, in the view, of");
      }
    }
    List<Driver.Answer> other = onMount(store, viewed, script(sequences, false));
    for (int i = 0; i < sequences.size(); i++) { // what the view wrote, through the kernel
      Tree tree = other.get(i).tree();
      requireSame(trees.get(i), tree, sequences.get(i), "the view's tree, in the kernel, of");
    }
  }

  private List<Driver.Answer> onMount(LayerStore store, String container, String script)
      throws IOException {
    try (Mount mount = store.mount(container, target)) {
      return driver.run(mount.target(), script);
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

  private void compareResults(CallSequence sequence, Driver.Answer kernel, PosixView view)
      throws PosixException {
    ViewSyscalls fs = new ViewSyscalls(view, sequence.directory());
    for (int i = 0; i < sequence.calls().size(); i++) {
      CallSequence.Call call = sequence.calls().get(i);
      String answer = kernel.results().get(i);
      if (rules.stream().anyMatch(rule -> rule.skips(answer))) {
        continue;
      }
      String expected = answer;
      for (SequenceRule rule : rules) {
        expected = rule.amend(call, expected);
      }
      String result = result(call, fs);
      if (!result.equals(expected)) {
        fail("call " + i + ", " + call.label() + ": the kernel says " + answer + ", the view "
            + result + "; " + sequence.before(i));
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

  private void requireSame(Tree left, Tree right, CallSequence sequence, String what) {
    Tree one = left;
    Tree other = right;
    for (SequenceRule rule : rules) {
      one = rule.normalise(one);
      other = rule.normalise(other);
    }
    List<String> differences = new ArrayList<>();
    Set<String> paths = new TreeSet<>(one.entries().keySet());
    paths.addAll(other.entries().keySet());
    for (String path : paths) {
      if (!Objects.equals(one.get(path), other.get(path))) {
        differences.add(path + ": " + one.get(path) + " and " + other.get(path));
      }
    }
    assertEquals(
        List.of(),
        differences,
        () -> what + " " + sequence.before(sequence.calls().size()));
  }
}
