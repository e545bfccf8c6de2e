package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A store's changes until the process dies: after a number of them none is made any more, by any thread. */
final class DyingIo extends ForwardingIo {
  /** How far apart the numbers of changes are after which a process dies: every one at full {@link Scale}. */
  static final int STRIDE = Scale.of(2, 1);

  private static final int MANY = 100_000;

  private final AtomicInteger left;

  /** What a process does with a store. */
  @FunctionalInterface
  interface Work {
    void run(Store store) throws IOException;
  }

  DyingIo(StoreIo io, int changes) {
    super(io);
    this.left = new AtomicInteger(changes);
  }

  void dieAfter(int changes) {
    left.set(changes);
  }

  boolean isDead() {
    return left.get() < 0;
  }

  @Override
  void change() throws IOException {
    if (left.decrementAndGet() < 0) {
      throw new IOException("the process is dead");
    }
  }

  /** Returns the first number of changes after which a process dies, another in each build. */
  static int first(Class<?> test) {
    return Seed.random(test).nextInt(STRIDE);
  }

  /** Opens a store and does something in a process that dies after so many changes; returns whether it was done before. */
  static boolean dies(StorePaths paths, int changes, Work work) throws IOException {
    DyingIo io = new DyingIo(HostIo.of(paths.root(), false), MANY);
    Store store = Store.open(paths, io);
    io.dieAfter(changes);
    boolean done = false;
    try {
      work.run(store);
      done = !io.isDead();
    } catch (IOException e) {
      assertTrue(io.isDead(), e::toString);
    }
    io.dieAfter(0); // what a process does on its way out, the dead does not
    try {
      store.close();
    } catch (IOException e) {
      assertTrue(io.isDead(), e::toString);
    }
    return done;
  }
}
