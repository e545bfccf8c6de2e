package dev.layerfs.store;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.union.UnionView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads everything but content that was written to a container: names, attributes, marks. Content of files has no checksum;
 * it is the container's, which may change it any time.
 */
final class UpperCheck {
  private record Place(Node node, String path) {}

  /** Returns the first thing that can't be read, if there is one. */
  Optional<String> check(UnionView view) {
    Deque<Place> open = new ArrayDeque<>();
    open.add(new Place(view.root(), ""));
    while (!open.isEmpty()) {
      Place directory = open.removeLast();
      try {
        readDirectory(view, directory, open);
      } catch (PosixException e) {
        return Optional.of(
            "what was written at " + directory.path() + "/ can't be read: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** What does not differ from the image is not in an upper, nor is anything beneath it. */
  private void readDirectory(UnionView view, Place directory, Deque<Place> open)
      throws PosixException {
    for (DirectoryEntry entry : view.list(directory.node())) {
      Node node = view.lookup(directory.node(), entry.name());
      if (node != null && view.isInUpper(node)) {
        FileType type = read(view, node);
        if (type == FileType.DIRECTORY) {
          open.add(new Place(node, directory.path() + '/' + entry.name()));
        }
      }
    }
  }

  private static FileType read(UnionView view, Node node) throws PosixException {
    FileType type = view.stat(node).type();
    for (Name name : view.xattrs(node)) {
      view.xattr(node, name);
    }
    if (type == FileType.SYMLINK) {
      view.readLink(node);
    }
    return type;
  }
}
