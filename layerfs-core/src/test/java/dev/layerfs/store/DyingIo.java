package dev.layerfs.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A store's changes until the process dies: after a number of them none is made any more, by any thread. */
final class DyingIo extends ForwardingIo {
  private final AtomicInteger left;

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
}
