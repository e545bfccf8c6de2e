package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The handles that are open in a view: which inodes must outlive their names. */
final class OpenFiles {
  private final Map<UnionNode, Set<OpenFile>> byNode = new ConcurrentHashMap<>();

  void add(OpenFile file) {
    byNode.compute(file.node(), (node, files) -> {
      Set<OpenFile> open = files == null ? ConcurrentHashMap.newKeySet() : files;
      open.add(file);
      return open;
    });
  }

  /**
   * Notes that a handle is closed.
   *
   * @return whether it was the last one of its inode
   */
  boolean remove(OpenFile file) {
    return byNode.computeIfPresent(file.node(), (node, files) -> without(files, file)) == null;
  }

  private static @Nullable Set<OpenFile> without(Set<OpenFile> files, OpenFile file) {
    files.remove(file);
    return files.isEmpty() ? null : files;
  }

  boolean isOpen(UnionNode node) {
    return byNode.containsKey(node);
  }

  /** Closes all handles; the first failure is thrown when all are closed. */
  void closeAll() throws PosixException {
    List<OpenFile> all = new ArrayList<>();
    byNode.values().forEach(all::addAll);
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
