package dev.layerfs.union;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of a file that became two by a conversion: one in a directory that was copied with all that is in it, the other in
 * what stayed beneath. They become links of the copy.
 */
final class OutsideLinks {
  private final UnionView view;

  /**
   * Works on a view of the upper that was made.
   *
   * @param view a view
   */
  OutsideLinks(UnionView view) {
    this.view = view;
  }

  /** A name in a directory. */
  private record Place(Node directory, Stat before, Name name) {}

  /** Makes one file of all paths. */
  void join(List<List<Name>> paths) throws PosixException {
    Node copy = null;
    List<Place> outside = new ArrayList<>();
    for (List<Name> path : paths) {
      Node parent = find(path.subList(0, path.size() - 1));
      Name name = path.get(path.size() - 1);
      Node found = parent == null ? null : view.lookup(parent, name);
      if (found != null && view.isInUpper(found)) {
        copy = found;
      } else if (parent != null && found != null) {
        outside.add(new Place(parent, view.stat(parent), name));
      }
    }
    if (copy != null) {
      link(copy, outside);
    }
  }

  private @Nullable Node find(List<Name> path) throws PosixException {
    Node found = view.root();
    for (Name name : path) {
      found = found == null ? null : view.lookup(found, name);
    }
    return found;
  }

  private void link(Node copy, List<Place> outside) throws PosixException {
    for (Place place : outside) {
      view.unlink(place.directory(), place.name());
    }
    for (Place place : outside) {
      view.link(copy, place.directory(), place.name());
    }
    for (Place place : outside) {
      Stat stat = place.before();
      view.utimens(
          place.directory(),
          new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
          new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
    }
  }
}
