package dev.layerfs.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.CheckOptions;
import dev.layerfs.CheckReport;
import dev.layerfs.ContainerInfo;
import dev.layerfs.GcPlan;
import dev.layerfs.LayerStore;
import dev.layerfs.registry.TestRegistry;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that do all kinds of things in one store are killed again and again. What each has made is compared with a model
 * whenever it is started again: all that had returned is there, and what was under way was done or not. In the end the store
 * holds that, is sound, and has nothing else in it.
 *
 * <p>Some seconds; {@code -Dlayerfs.soak.seconds=} and {@code -Dlayerfs.soak.workers=} say how long, and how many there are.
 * The store and the logs stay where they are if something was wrong.
 */
final class SoakTest {
  private static final int SECONDS = Integer.getInteger("layerfs.soak.seconds", 10);
  private static final int WORKERS = Integer.getInteger("layerfs.soak.workers", 3);
  private static final int LONGEST_WAIT_MILLIS = 2_000;
  private static final int SHORT_WAIT_MILLIS = 20;
  private static final int ALL_AT_ONCE = 10;

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Slot> slots = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private TestRegistry registry;
  private int runs;
  private int kills;
  private int returned;
  private int refused;
  private int before;
  private int after;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temporary;

  /** A worker, who may be killed and started again. */
  private final class Slot {
    private final int number;
    private List<SoakState> states = List.of(SoakState.empty());
    private Process process;
    private boolean killed;
    private Path log;

    Slot(int number) throws IOException {
      this.number = number;
      start();
    }

    private void start() throws IOException {
      killed = false;
      log = temporary.resolve("worker-" + number + "-" + runs++ + ".log");
      Path begun = temporary.resolve("states-" + number);
      SoakLog.writeStates(begun, states);
      List<String> command = new ArrayList<>(ClassPath.current()
          .java(
              SoakWorker.class,
              temporary.resolve("store"),
              temporary.resolve("sources"),
              number,
              random.nextLong(),
              begun,
              registry.host() + "/app:1"));
      command.addAll(1, List.of("-Xmx64m", "-Xshare:auto", "-XX:+UseSerialGC"));
      process = new ProcessBuilder(command)
          .redirectOutput(log.toFile())
          .redirectError(temporary.resolve("errors-" + number).toFile())
          .start();
    }

    /** Waits until it has found what it had done before, so that there are operations to be broken off on slow machines, too. */
    private void awaitResumption(long end) throws IOException, InterruptedException {
      while (System.nanoTime() < end && process.isAlive() && Files.size(log) == 0) {
        process.waitFor(SHORT_WAIT_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    /** Kills it, unless it has ended. */
    private void kill() {
      if (process.isAlive()) {
        killed = true;
        process.destroyForcibly();
      }
    }

    /** Finds out what it had done when it was killed, or has ended. */
    private void end() throws IOException, InterruptedException {
      kill();
      process.waitFor();
      process.getOutputStream().close();
      SoakLog.Outcome outcome = SoakLog.read(log, states);
      kills += killed ? 1 : 0;
      returned += outcome.returned();
      refused += outcome.refused();
      boolean open = states.size() > 1 && !states.get(0).equals(states.get(1));
      if (open && outcome.resumed() >= 0) {
        before += 1 - outcome.resumed();
        after += outcome.resumed();
      }
      states = outcome.states();
      outcome.violations().forEach(text -> violations.add(log + ": " + text));
      if (!killed && process.exitValue() != 0 && outcome.violations().isEmpty()) {
        violations.add(log + ": it ended with " + process.exitValue());
      }
      if (outcome.violations().isEmpty()) {
        Files.delete(log);
      }
    }
  }

  @BeforeEach
  void startRegistry() throws IOException {
    TestImage image = SoakImages.image(SoakImages.PULLED);
    registry = new TestRegistry().image("app", "1", image.manifest(), image.blobs());
  }

  @AfterEach
  void killAll() throws InterruptedException {
    registry.close();
    for (Slot slot : slots) {
      slot.kill();
      slot.process.waitFor();
    }
  }

  @Test
  void nothingIsLostAndNothingIsLeft() throws IOException, InterruptedException {
    System.out.printf("soak: seed %d, %s%n", seed, temporary);
    SoakImages.write(temporary.resolve("sources"), WORKERS);
    for (int i = 0; i < WORKERS; i++) {
      slots.add(new Slot(i));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end && violations.isEmpty()) {
      killSome(end);
    }
    for (Slot slot : slots) {
      slot.end();
    }
    if (violations.isEmpty()) {
      requireSound();
    }
    System.out.printf(
        "soak: seed %d, %d runs, %d kills, %d operations returned, %d refused; of those under way %d had not happened, %d had%n",
        seed, runs, kills, returned, refused, before, after);
    assertEquals(List.of(), violations, "seed " + seed);
    assertTrue(returned > 0 && kills > 0, "something was done");
  }

  private void killSome(long end) throws IOException, InterruptedException {
    Slot chosen = slots.get(random.nextInt(slots.size()));
    chosen.awaitResumption(end);
    chosen.process.waitFor(random.nextInt(LONGEST_WAIT_MILLIS), TimeUnit.MILLISECONDS);
    boolean all = random.nextInt(ALL_AT_ONCE) == 0;
    for (Slot slot : slots) {
      if (all) {
        slot.kill();
      }
    }
    for (Slot slot : slots) {
      if (all || slot == chosen || !slot.process.isAlive()) {
        slot.end();
        slot.start();
      }
    }
  }

  private void requireSound() throws IOException {
    Path directory = temporary.resolve("store");
    List<String> expected = new ArrayList<>();
    try (LayerStore store = LayerStore.open(directory)) {
      for (Slot slot : slots) {
        expected.addAll(compare(store, slot).keys(SoakState.CONTAINER));
      }
      for (ContainerInfo container : store.containers()) {
        String name = SoakState.CONTAINER + container.name().orElse("without a name");
        require(expected.remove(name), name + " is there");
      }
      store.gc();
      GcPlan left = store.maintenance().planGc();
      require(left.garbage().isEmpty(), "after a collection there is " + left);
      for (CheckReport.Finding finding :
          store.maintenance().check(CheckOptions.DEFAULT).findings()) {
        require(finding.status() == CheckReport.Status.NOTE, finding.toString());
      }
    }
    requireEmpty(directory.resolve("layerfs/staging"));
    requireEmpty(directory.resolve("layerfs/leases"));
  }

  private SoakState compare(LayerStore store, Slot slot) throws IOException {
    List<String> problems = new ArrayList<>();
    for (SoakState state : slot.states) {
      List<String> found = state.problems(store, slot.number);
      if (found.isEmpty()) {
        return state;
      }
      problems.addAll(found);
    }
    violations.add("in the end, of worker " + slot.number + ": " + problems);
    return slot.states.get(0);
  }

  private void requireEmpty(Path directory) throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      left.forEach(path -> violations.add(path + " is left"));
    }
  }

  private void require(boolean condition, String otherwise) {
    if (!condition) {
      violations.add(otherwise);
    }
  }
}
