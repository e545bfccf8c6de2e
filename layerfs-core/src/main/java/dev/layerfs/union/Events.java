package dev.layerfs.union;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Watcher;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What the view's watchers are told. Events are noted under the locks of the change, so that their order in a directory is that
 * of the changes, and delivered without them. With no watcher, noting one costs a volatile read.
 */
final class Events {
  private final Inodes inodes;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<Watcher>> pending = new ConcurrentLinkedQueue<>();

  Events(Inodes inodes) {
    this.inodes = inodes;
  }

  void add(Watcher watcher) {
    watchers.add(watcher);
  }

  void remove(Watcher watcher) {
    watchers.remove(watcher);
  }

  /** Notes a change of a name. The caller holds the directory's names. */
  void note(UnionNode directory, Name name, NameEvent event) {
    if (!watchers.isEmpty()) {
      pending.add(watcher -> watcher.changed(directory, name, event));
    }
  }

  /** Notes that a directory is gone. The caller holds the view's lock. */
  void noteRemoved(UnionNode directory) {
    if (!watchers.isEmpty()) {
      pending.add(watcher -> watcher.removed(directory));
    }
  }

  /** Notes that an inode was copied up. The caller has what keeps it at its place. */
  void noteCopiedUp(UpperInode inode, long bytes) throws PosixException {
    if (!watchers.isEmpty()) {
      UnionNode node = inode.node(inodes);
      String path = inodes.top().text(inode);
      pending.add(watcher -> watcher.copiedUp(node, path, bytes));
    }
  }

  /** Notes that an inode was modified, under each of its names. */
  void noteModified(UnionNode node) {
    if (watchers.isEmpty()) {
      return;
    }
    try (Locks.Held shared = inodes.locks.shared()) {
      UpperInode inode = node.upper();
      if (inode != null) {
        for (UpperInode.Place place : inode.places) {
          note(place.directory().node(inodes), place.name(), NameEvent.MODIFIED);
        }
      }
    }
  }

  /** Delivers all that was noted so far. The caller does not hold the view's lock. */
  void deliver() {
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
