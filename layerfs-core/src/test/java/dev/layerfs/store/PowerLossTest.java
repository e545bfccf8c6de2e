package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.layerfs.testing.crash.CrashFileSystem;
import dev.layerfs.testing.crash.CrashStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power loss after each change of a {@link StoreHistory}, in a model that keeps nothing but what was forced, and of the rest any
 * part, torn or not. Whoever opens the store then finds what had returned, and of what had not all or nothing. So does who
 * opens it after power loss while that was being put right.
 *
 * <p>{@code -Dlayerfs.crash=all} tries every state, which takes long; else those in which all or nothing was written, and some
 * random others.
 */
final class PowerLossTest {
  private static final boolean ALL = System.getProperty("layerfs.crash", "").equals("all");
  private static final int OTHERS = 3;
  private static final int SECOND_CRASHES = 1;
  private static final int SHORT = 40;

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<SortedSet<String>> contents = new ArrayList<>();
  private final Set<List<Object>> seen = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private final Set<String> ends = new TreeSet<>();
  private List<StoreHistory.Step> steps = List.of();
  private int states;
  private int secondStates;

  @TempDir
  Path temporary;

  @Test
  void everythingIsBeforeOrAfter() throws IOException {
    StoreHistory.writeSources(temporary);
    CrashFileSystem disk = CrashFileSystem.create();
    StoreHistory history = new StoreHistory(store(disk), temporary);
    steps = history.steps();
    history.run(disk::mark);
    learn(disk.states());
    tryAll(disk.states());
    System.out.printf(
        "power loss: seed %d, %d states, and %d of recoveries%n", seed, states, secondStates);
    if (!violations.isEmpty()) {
      fail("seed " + seed + ": " + violations.size() + " violations\n"
          + String.join("\n", violations.subList(0, Math.min(10, violations.size()))));
    }
    for (int i = 0; i < steps.size(); i++) {
      String step = steps.get(i).name();
      boolean changes = i > 0 && !contents.get(i).equals(contents.get(i - 1));
      assertEquals(changes, ends.contains(step + " before") && ends.contains(step + " after"), step);
    }
  }

  private static Path store(CrashFileSystem disk) {
    return disk.root().resolve("parent/store");
  }

  /** What the store holds after each step. */
  private void learn(CrashStates changes) throws IOException {
    while (changes.advance()) {
      if (changes.marks().size() > contents.size()) {
        contents.add(StoreContent.of(store(changes.extremes().get(1).restore())));
      }
    }
    assertEquals(steps.size(), contents.size());
    assertNotEquals(contents.get(0), contents.get(1));
  }

  private void tryAll(CrashStates changes) throws IOException {
    do {
      int returned = changes.marks().size();
      for (CrashStates.State state : chosen(changes)) {
        if (returned < steps.size() && seen.add(List.of(returned, state.fingerprint()))) {
          states++;
          check(state, returned);
        }
      }
    } while (changes.advance());
  }

  private List<CrashStates.State> chosen(CrashStates changes) {
    List<CrashStates.State> chosen = new ArrayList<>(changes.extremes());
    chosen.addAll(ALL ? changes.others(random) : changes.some(random, OTHERS));
    return chosen;
  }

  private void check(CrashStates.State state, int returned) throws IOException {
    CrashFileSystem restored = state.restore();
    SortedSet<String> found = recover(restored, state.origin(), returned);
    if (found.isEmpty()) {
      return;
    }
    CrashStates recovery = restored.states(); // the journal is complete before the store is opened again
    if (!StoreContent.of(store(restored)).equals(found)) {
      violations.add(state.origin() + ": another content when it was opened again");
    }
    Set<Integer> points = new HashSet<>();
    for (int i = 0; i < SECOND_CRASHES; i++) {
      points.add(random.nextInt(recovery.count() + 1));
    }
    while (recovery.advance()) {
      if (points.contains(recovery.number())) {
        for (CrashStates.State again : recovery.some(random, 1)) {
          secondStates++;
          recover(again.restore(), state.origin() + "; then, " + again.origin(), returned);
        }
      }
    }
  }

  /** Opens a store, and returns what it holds; nothing if that is wrong. */
  private SortedSet<String> recover(CrashFileSystem disk, String origin, int returned) {
    SortedSet<String> found;
    try {
      found = StoreContent.of(store(disk));
    } catch (IOException | RuntimeException e) {
      violations.add(origin + ", in " + steps.get(returned).name() + ": " + e);
      return new TreeSet<>();
    }
    Pattern open = steps.get(returned).open();
    SortedSet<String> lines = StoreContent.without(found, open);
    SortedSet<String> before = StoreContent.without(contents.get(Math.max(0, returned - 1)), open);
    SortedSet<String> after = StoreContent.without(contents.get(returned), open);
    if (!lines.equals(before) && !lines.equals(after)) {
      violations.add(origin + ", in " + steps.get(returned).name() + ": " + difference(lines, before)
          + "\n   or: " + difference(lines, after));
      return new TreeSet<>();
    }
    ends.add(steps.get(returned).name() + (lines.equals(after) ? " after" : " before"));
    return found;
  }

  private static String difference(SortedSet<String> lines, SortedSet<String> expected) {
    SortedSet<String> extra = new TreeSet<>(lines);
    extra.removeAll(expected);
    SortedSet<String> missing = new TreeSet<>(expected);
    missing.removeAll(lines);
    return "too much " + shortened(extra) + ", missing " + shortened(missing);
  }

  private static List<String> shortened(SortedSet<String> lines) {
    return lines.stream().map(line -> line.substring(0, Math.min(SHORT, line.length()))).toList();
  }
}
