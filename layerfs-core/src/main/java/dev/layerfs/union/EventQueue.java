package dev.layerfs.union;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.Watcher;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What watchers of a view are told. Events are noted under the locks of the change, so that their order in a directory is
 * that of the changes, and delivered without them. With no watcher, noting one costs a volatile read.
 */
public final class EventQueue {
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<Watcher>> pending = new ConcurrentLinkedQueue<>();

  /**
   * Tells a watcher of every change from now on.
   *
   * @param watcher who is told
   */
  public void add(Watcher watcher) {
    watchers.add(watcher);
  }

  /**
   * Tells a watcher no more.
   *
   * @param watcher who was told until now
   */
  public void remove(Watcher watcher) {
    watchers.remove(watcher);
  }

  /**
   * Says whether nobody is told anything.
   *
   * @return whether there is no watcher
   */
  public boolean isIdle() {
    return watchers.isEmpty();
  }

  /**
   * Notes a change of a name. The caller holds what orders the changes of the directory's names.
   *
   * @param directory where
   * @param name which
   * @param event how
   */
  public void note(Node directory, Name name, NameEvent event) {
    note(watcher -> watcher.changed(directory, name, event));
  }

  /**
   * Notes that a directory is gone.
   *
   * @param directory what has no name any more
   */
  public void noteRemoved(Node directory) {
    note(watcher -> watcher.removed(directory));
  }

  /** Notes what is to be done with each watcher. */
  void note(Consumer<Watcher> event) {
    if (!isIdle()) {
      pending.add(event);
    }
  }

  /** Delivers all that was noted so far. The caller holds no lock. */
  public void deliver() {
    if (!pending.isEmpty()) {
      deliverInOrder();
    }
  }

  /** An event leaves the queue once it is delivered: whoever finds the queue empty knows that its own have arrived. */
  private synchronized void deliverInOrder() {
    Consumer<Watcher> next = pending.peek();
    while (next != null) {
      try {
        watchers.forEach(next);
      } finally {
        pending.remove();
      }
      next = pending.peek();
    }
  }
}
