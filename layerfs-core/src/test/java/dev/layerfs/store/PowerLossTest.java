package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.fail;

import dev.layerfs.testing.Scale;
import dev.layerfs.testing.crash.CrashFileSystem;
import dev.layerfs.testing.crash.CrashStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power loss after each change of a {@link StoreHistory}, in a model that keeps nothing but what was forced, and of the rest any
 * part, torn or not. Whoever opens the store then finds what had returned, and of what had not all or nothing. So does who
 * opens it after power loss while that was being put right.
 *
 * <p>{@code -Dlayerfs.crash=all} tries every state, which takes long. At full {@link Scale}, after each change, those in which
 * all or nothing was written, and of the others so many random ones as {@code -Dlayerfs.crash} says; in each build that after
 * the first and the last change of each step, and after one in four of the other changes any one of its states. {@code -Dlayerfs.seed}
 * repeats a run.
 */
final class PowerLossTest {
  private static final String ASKED = System.getProperty("layerfs.crash", "");
  private static final boolean ALL = ASKED.equals("all");
  private static final boolean SAMPLE = ASKED.isEmpty() && !Scale.isFull();
  private static final int OTHERS = Integer.getInteger("layerfs.crash", Scale.of(1, 2));
  private static final int CHANGES_ONE_IN = 12;
  private static final int RECOVERIES_ONE_IN = 8;
  private static final int SHOWN = 10;

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Set<List<Object>> seen = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private int states;
  private int secondStates;

  @TempDir
  Path temporary;

  @Test
  void everythingIsBeforeOrAfter() throws IOException {
    CrashFileSystem disk = CrashFileSystem.create();
    StoreExpectation expected = record(disk);
    tryAll(disk.states(), expected);
    System.out.printf(
        "power loss: seed %d, %d states, and %d of recoveries%n", seed, states, secondStates);
    if (!violations.isEmpty()) {
      fail("seed " + seed + ", after " + states + " states:\n" + String.join("\n", violations));
    }
    expected.requireAllSeen();
  }

  private StoreExpectation record(CrashFileSystem disk) throws IOException {
    try (StoreSources sources = StoreSources.make(temporary)) {
      StoreHistory history = sources.history(StoreExpectation.store(disk));
      history.run(disk::mark);
      return StoreExpectation.of(history, disk.states());
    }
  }

  private void tryAll(CrashStates changes, StoreExpectation expected) throws IOException {
    int before = -1;
    do {
      int returned = changes.marks().size();
      boolean stepBegins = returned > before;
      before = returned;
      boolean inTheMiddle = !stepBegins && !changes.isMarkNext();
      for (CrashStates.State state : inTheMiddle && SAMPLE ? any(changes) : chosen(changes)) {
        if (seen.add(List.of(returned, state.fingerprint()))) {
          states++;
          check(state, returned, expected);
        }
      }
    } while (changes.advance() && violations.size() < SHOWN);
  }

  private List<CrashStates.State> any(CrashStates changes) {
    if (random.nextInt(CHANGES_ONE_IN) > 0) {
      return List.of();
    }
    List<CrashStates.State> some = new ArrayList<>(changes.extremes());
    some.addAll(changes.some(random, 2));
    return List.of(some.get(random.nextInt(some.size())));
  }

  private List<CrashStates.State> chosen(CrashStates changes) {
    List<CrashStates.State> chosen = new ArrayList<>(changes.extremes());
    chosen.addAll(ALL ? changes.others(random) : changes.some(random, OTHERS));
    return chosen;
  }

  private void check(CrashStates.State state, int returned, StoreExpectation expected)
      throws IOException {
    CrashFileSystem restored = state.restore();
    Optional<SortedSet<String>> found = recover(restored, state.origin(), returned, expected);
    if (found.isEmpty()) {
      return;
    }
    CrashStates recovery = restored.states(); // complete before the store is opened again
    if (!StoreContent.of(StoreExpectation.store(restored)).equals(found.get())) {
      violations.add(state.origin() + ": another content when it was opened again");
    }
    if (random.nextInt(Scale.of(RECOVERIES_ONE_IN, 1)) > 0) {
      return;
    }
    int second = random.nextInt(recovery.count() + 1);
    while (recovery.advance()) {
      if (recovery.number() == second) {
        for (CrashStates.State again : recovery.some(random, 1)) {
          secondStates++;
          recover(
              again.restore(), state.origin() + "; then, " + again.origin(), returned, expected);
        }
      }
    }
  }

  /** Opens a store, and returns what it holds, unless that is wrong. */
  private Optional<SortedSet<String>> recover(
      CrashFileSystem disk, String origin, int returned, StoreExpectation expected) {
    try {
      SortedSet<String> found = StoreContent.of(StoreExpectation.store(disk));
      Optional<String> problem = expected.problem(returned, found);
      problem.ifPresent(text -> violations.add(origin + ", " + text));
      return problem.isPresent() ? Optional.empty() : Optional.of(found);
    } catch (IOException | RuntimeException e) {
      violations.add(origin + ", after " + returned + " steps: " + e);
      return Optional.empty();
    }
  }
}
