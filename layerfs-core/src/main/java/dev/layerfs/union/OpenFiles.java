package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The handles that are open in a view: which inodes must outlive their names. Those of one inode form a chain. */
final class OpenFiles {
  private final Map<UnionNode, OpenFile> chains = new ConcurrentHashMap<>();

  void add(OpenFile file) {
    chains.merge(file.node(), file, (first, added) -> {
      added.next = first;
      return added;
    });
  }

  /**
   * Notes that a handle is closed.
   *
   * @return whether it was the last one of its inode
   */
  boolean remove(OpenFile file) {
    return chains.computeIfPresent(file.node(), (node, first) -> without(first, file)) == null;
  }

  private static @Nullable OpenFile without(OpenFile first, OpenFile file) {
    if (first == file) {
      return file.next;
    }
    OpenFile before = first;
    while (before.next != null && before.next != file) {
      before = before.next;
    }
    before.next = file.next;
    return first;
  }

  boolean isOpen(UnionNode node) {
    return chains.containsKey(node);
  }

  /** Returns the nodes that are open. */
  Set<UnionNode> nodes() {
    return chains.keySet();
  }

  /** Closes all handles; the first failure is thrown when all are closed. */
  void closeAll() throws PosixException {
    List<OpenFile> all = new ArrayList<>();
    for (UnionNode node : chains.keySet()) {
      chains.computeIfPresent(node, (key, first) -> {
        for (OpenFile file = first; file != null; file = file.next) {
          all.add(file);
        }
        return first;
      });
    }
    PosixException failure = null;
    for (OpenFile file : all) {
      try {
        file.close();
      } catch (PosixException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
