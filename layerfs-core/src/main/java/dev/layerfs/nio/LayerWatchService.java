package dev.layerfs.nio;

import java.nio.file.ClosedWatchServiceException;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A queue of keys that have something to tell. Has neither a thread nor a resource of the host. */
final class LayerWatchService implements WatchService {
  private final Watches watches;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<LayerWatchKey> queue = new LinkedHashSet<>();
  private boolean closed;

  LayerWatchService(Watches watches) {
    this.watches = watches;
  }

  Watches watches() {
    return watches;
  }

  /** Queues a key, unless it is queued already. */
  void enqueue(LayerWatchKey key) {
    lock.lock();
    try {
      if (!closed && queue.add(key)) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable WatchKey poll() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lockInterruptibly();
    try {
      WatchKey key = next();
      while (key == null && left > 0) {
        left = changed.awaitNanos(left);
        key = next();
      }
      return key;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public WatchKey take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      WatchKey key = next();
      while (key == null) {
        changed.await();
        key = next();
      }
      return key;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable WatchKey next() {
    if (closed) {
      throw new ClosedWatchServiceException();
    }
    Iterator<LayerWatchKey> keys = queue.iterator();
    if (!keys.hasNext()) {
      return null;
    }
    WatchKey first = keys.next();
    keys.remove();
    return first;
  }

  /** Says that the service is open. */
  void checkOpen() {
    lock.lock();
    try {
      if (closed) {
        throw new ClosedWatchServiceException();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes the keys invalid and wakes who waits for them. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    watches.remove(this);
  }
}
