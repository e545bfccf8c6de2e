package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a build adds to an image. The last addition of a path counts. Directories on the way that neither the image nor the
 * plan has are made, so that no other tool has to guess what they are; those that the image has stay as they are.
 */
final class LayerPlan {
  private static final int DIRECTORY_MODE = 0755;

  private final Map<List<Name>, Addition> additions = new LinkedHashMap<>();

  void add(Addition addition) {
    additions.put(List.copyOf(addition.path()), addition);
  }

  /**
   * Returns the entries.
   *
   * @param base the image's root; null if there is none
   * @param time of directories that are made on the way
   */
  AdditionEntries entries(@Nullable PosixView base, Timespec time) throws IOException {
    Map<List<Name>, Addition> all = new LinkedHashMap<>(additions);
    for (Addition addition : additions.values()) {
      for (int depth = 1; depth < addition.path().size(); depth++) {
        List<Name> parent = List.copyOf(addition.path().subList(0, depth));
        Addition planned = all.get(parent);
        if (planned == null && !isInImage(base, parent)) {
          all.put(parent, Addition.directory(parent, DIRECTORY_MODE, 0, 0, time));
        } else if (planned != null && planned.kind() != Kind.DIRECTORY) {
          throw new NotDirectoryException(text(parent));
        }
      }
    }
    List<Addition> sorted = new ArrayList<>(all.values());
    sorted.sort(new LayerOrder());
    return new AdditionEntries(sorted);
  }

  /** Symbolic links on the way are followed when the layers are merged. */
  private static boolean isInImage(@Nullable PosixView base, List<Name> path) throws IOException {
    if (base == null) {
      return false;
    }
    Node node = base.root();
    for (Name name : path) {
      if (node.type() == FileType.SYMLINK) {
        return true;
      }
      Node child = base.lookup(node, name);
      if (child == null) {
        return false;
      }
      node = child;
    }
    if (node.type() != FileType.DIRECTORY && node.type() != FileType.SYMLINK) {
      throw new NotDirectoryException(text(path));
    }
    return true;
  }

  private static String text(List<Name> path) {
    return "/" + String.join("/", path.stream().map(Name::toString).toList());
  }
}
