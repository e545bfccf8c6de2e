package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All names of the image's hard links. An image records only how many names an inode has; the first copy-up of one with
 * several walks the image once to find them.
 */
final class ImageLinks {
  private final ImageLower lower;
  private @Nullable Map<Long, List<List<Name>>> byNid;

  ImageLinks(ImageLower lower) {
    this.lower = lower;
  }

  /** Returns the paths of an inode that has more than one name. */
  synchronized List<List<Name>> of(long nid) throws PosixException {
    Map<Long, List<List<Name>>> map = byNid;
    if (map == null) {
      map = walk();
      byNid = map;
    }
    return map.getOrDefault(nid, List.of());
  }

  private record Pending(long nid, List<Name> path) {}

  private Map<Long, List<List<Name>>> walk() throws PosixException {
    Map<Long, List<List<Name>>> found = new HashMap<>();
    Deque<Pending> pending = new ArrayDeque<>();
    pending.push(new Pending(lower.root(), List.of()));
    while (!pending.isEmpty()) {
      Pending directory = pending.pop();
      for (DirectoryEntry entry : lower.list(directory.nid())) {
        long nid = lower.lookup(directory.nid(), entry.name());
        if (entry.type() == FileType.DIRECTORY) {
          pending.push(new Pending(nid, append(directory.path(), entry.name())));
        } else if (lower.stat(nid).links() > 1) {
          found
              .computeIfAbsent(nid, key -> new ArrayList<>())
              .add(append(directory.path(), entry.name()));
        }
      }
    }
    return found;
  }

  private static List<Name> append(List<Name> path, Name name) {
    List<Name> longer = new ArrayList<>(path.size() + 1);
    longer.addAll(path);
    longer.add(name);
    return List.copyOf(longer);
  }
}
