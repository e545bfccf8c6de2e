package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Row 101 of the catalogue: a thread that takes the steps of a {@link StoreHistory} is interrupted again and again, which
 * closes the channels that it uses. The step fails, or does not; the store and its locks are right afterwards, in the same
 * process.
 */
final class InterruptStormTest {
  private static final int ROUNDS = Scale.of(2, 24);
  /** A few interrupts may all come too late; then there are more. */
  private static final int MOST_ROUNDS = 40;

  private static final int LONGEST_SPIN = 2_000_000;
  private static final int LONGEST_CALM = 12;

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir
  Path temporary;

  @Test
  void row101InterruptsAtAnyMoment() throws IOException, InterruptedException {
    try (StoreSources sources = StoreSources.make(temporary.resolve("sources"))) {
      interruptAll(sources);
    }
  }

  private void interruptAll(StoreSources sources) throws IOException, InterruptedException {
    StoreExpectation expected = StoreExpectation.learn(sources);
    int broken = 0;
    for (int round = 0; round < ROUNDS || broken == 0 && round < MOST_ROUNDS; round++) {
      Path store = temporary.resolve("store-" + round);
      int returned = storm(store, sources);
      assertEquals(
          Optional.empty(),
          expected.problem(returned, StoreContent.of(store)),
          "seed " + seed + ", round " + round);
      broken += returned < expected.steps() ? 1 : 0;
    }
    assertTrue(broken > 0, "some interrupt came in the middle, seed " + seed);
  }

  /** Takes the steps until an interrupt makes one fail; returns how many had returned. */
  private int storm(Path store, StoreSources sources) throws IOException, InterruptedException {
    AtomicInteger returned = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread worker = new Thread(() -> {
      StoreHistory history = sources.history(store);
      try {
        try {
          history.run(step -> returned.incrementAndGet());
        } catch (IOException e) {
          Thread.interrupted();
        } finally {
          history.close();
        }
      } catch (Throwable e) {
        failure.set(e);
      }
    });
    worker.start();
    spin(LONGEST_SPIN * random.nextInt(LONGEST_CALM));
    while (worker.isAlive()) {
      spin(random.nextInt(LONGEST_SPIN));
      worker.interrupt();
    }
    worker.join();
    if (failure.get() instanceof IOException interruptedClosing) {
      try (Store recovered = Store.open(store, true)) {
        assertTrue(recovered.containers().open().isEmpty(), interruptedClosing::toString);
      }
    } else {
      assertEquals(null, failure.get(), "seed " + seed);
    }
    return returned.get();
  }

  private static void spin(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }
}
