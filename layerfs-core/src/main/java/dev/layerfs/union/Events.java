package dev.layerfs.union;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Watcher;

/** What the view's watchers are told, in the terms of inodes that are copied up. */
final class Events {
  private final Inodes inodes;
  private final EventQueue queue = new EventQueue();

  Events(Inodes inodes) {
    this.inodes = inodes;
  }

  void add(Watcher watcher) {
    queue.add(watcher);
  }

  void remove(Watcher watcher) {
    queue.remove(watcher);
  }

  /** Notes a change of a name. The caller holds the directory's names. */
  void note(UnionNode directory, Name name, NameEvent event) {
    queue.note(directory, name, event);
  }

  /** Notes that a directory is gone. The caller holds the view's lock. */
  void noteRemoved(UnionNode directory) {
    queue.noteRemoved(directory);
  }

  /** Notes that an inode was copied up. The caller has what keeps it at its place. */
  void noteCopiedUp(UpperInode inode, long bytes) throws PosixException {
    if (!queue.isIdle()) {
      UnionNode node = inode.node(inodes);
      String path = inodes.top().text(inode);
      queue.note(watcher -> watcher.copiedUp(node, path, bytes));
    }
  }

  /** Notes that an inode was modified, under each of its names. */
  void noteModified(UnionNode node) {
    if (queue.isIdle()) {
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
    queue.deliver();
  }
}
