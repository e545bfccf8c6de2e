package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * The nodes that this process has changed since they were made durable, for hosts that can't do that at once. There are
 * never many: whoever changes more has to make the oldest durable first.
 */
final class Unsynced {
  private static final int MAX = 50_000;

  private final Set<HostNode> changed = new LinkedHashSet<>();
  private final Object syncing = new Object();

  /** Notes a change. */
  void add(HostNode node) throws PosixException {
    HostNode oldest = null;
    synchronized (changed) {
      if (changed.add(node) && changed.size() > MAX) {
        Iterator<HostNode> first = changed.iterator();
        oldest = first.next();
        first.remove();
      }
    }
    if (oldest != null) {
      sync(oldest);
    }
  }

  /** Makes all changes durable; those that it did not come to when it fails stay. */
  void sync() throws PosixException {
    synchronized (syncing) { // what one call has taken is not yet durable for the next
      Queue<HostNode> all;
      synchronized (changed) {
        all = new ArrayDeque<>(changed);
        changed.clear();
      }
      try {
        while (!all.isEmpty()) {
          sync(all.element());
          all.remove();
        }
      } finally {
        synchronized (changed) {
          changed.addAll(all);
        }
      }
    }
  }

  /** All changes were made durable at once. */
  void clear() {
    synchronized (changed) {
      changed.clear();
    }
  }

  private static void sync(HostNode node) throws PosixException {
    HostTree tree = node.tree();
    try {
      tree.force(() -> tree.files().sync(tree.find(node).path()));
    } catch (PosixException e) {
      if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) { // what is gone need not last
        throw e;
      }
    }
  }
}
