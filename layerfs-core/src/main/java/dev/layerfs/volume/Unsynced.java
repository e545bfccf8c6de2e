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

  /** Makes all changes durable. */
  void sync() throws PosixException {
    Queue<HostNode> all;
    synchronized (changed) {
      all = new ArrayDeque<>(changed);
      changed.clear();
    }
    for (HostNode node : all) {
      sync(node);
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
      tree.files().sync(tree.find(node).path());
    } catch (PosixException e) {
      if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) { // what is gone need not last
        throw e;
      }
    }
  }
}
