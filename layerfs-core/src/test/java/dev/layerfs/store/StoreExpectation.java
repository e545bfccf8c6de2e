package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.crash.CrashFileSystem;
import dev.layerfs.testing.crash.CrashStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a store holds after each step of a {@link StoreHistory}, and so what it may hold if that was broken off. */
final class StoreExpectation {
  private static final int SHORT = 40;

  private final List<StoreHistory.Step> steps;
  private final List<SortedSet<String>> contents;
  private final Set<String> ends = new TreeSet<>();

  private StoreExpectation(List<StoreHistory.Step> steps, List<SortedSet<String>> contents) {
    this.steps = steps;
    this.contents = contents;
  }

  /** Takes the steps in memory. */
  static StoreExpectation learn(StoreSources sources) throws IOException {
    CrashFileSystem disk = CrashFileSystem.create();
    StoreHistory history = sources.history(store(disk));
    history.run(disk::mark);
    return of(history, disk.states());
  }

  /** Where a history is to have its store. */
  static Path store(CrashFileSystem disk) {
    return disk.root().resolve("parent/store");
  }

  /** Learns from a history that was recorded. */
  static StoreExpectation of(StoreHistory history, CrashStates changes) throws IOException {
    List<SortedSet<String>> contents = new ArrayList<>();
    while (changes.advance()) {
      if (changes.marks().size() > contents.size()) {
        contents.add(StoreContent.of(store(changes.extremes().get(1).restore())));
      }
    }
    assertEquals(history.steps().size(), contents.size());
    return new StoreExpectation(history.steps(), contents);
  }

  /** Returns how many steps there are. */
  int steps() {
    return steps.size();
  }

  /**
   * Compares what is there with what has to be.
   *
   * @param returned how many steps had returned when the history was broken off
   * @param found what the store holds
   * @return what is wrong; empty if the next step was not taken at all, or as a whole
   */
  Optional<String> problem(int returned, SortedSet<String> found) {
    if (returned == steps.size()) {
      SortedSet<String> last = contents.get(returned - 1);
      return found.equals(last)
          ? Optional.empty()
          : Optional.of("at the end: " + difference(found, last));
    }
    StoreHistory.Step step = steps.get(returned);
    SortedSet<String> lines = StoreContent.without(found, step.open());
    SortedSet<String> before = before(returned);
    SortedSet<String> after = StoreContent.without(contents.get(returned), step.open());
    if (lines.equals(before) || lines.equals(after)) {
      ends.add(step.name() + (lines.equals(after) ? " after" : " before"));
      return Optional.empty();
    }
    return Optional.of("in " + step.name() + ": " + difference(lines, before) + "\n   or: "
        + difference(lines, after));
  }

  /** Before the first step there is no store; whoever looks makes it. */
  private SortedSet<String> before(int step) {
    return StoreContent.without(
        contents.get(Math.max(0, step - 1)), steps.get(step).open());
  }

  /** Fails unless each step was seen undone and done, if that can be told apart. */
  void requireAllSeen() {
    Set<String> visible = new TreeSet<>();
    for (int i = 0; i < steps.size(); i++) {
      StoreHistory.Step step = steps.get(i);
      if (!before(i).equals(StoreContent.without(contents.get(i), step.open()))) {
        visible.add(step.name() + " before");
      }
      visible.add(step.name() + " after");
    }
    assertEquals(visible, ends, "each step that changes anything was seen undone and done");
  }

  private static String difference(SortedSet<String> lines, SortedSet<String> expected) {
    SortedSet<String> extra = new TreeSet<>(lines);
    extra.removeAll(expected);
    SortedSet<String> missing = new TreeSet<>(expected);
    missing.removeAll(lines);
    return "too much " + shortened(extra) + ", missing " + shortened(missing);
  }

  private static List<String> shortened(SortedSet<String> lines) {
    return lines.stream()
        .map(line -> line.substring(0, Math.min(SHORT, line.length())))
        .toList();
  }
}
