package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.posix.Name;
import java.util.Comparator;
import java.util.List;

/** The order of entries in a layer: parents before what is in them, whiteouts before their siblings, else by name. */
final class LayerOrder implements Comparator<Addition> {
  @Override
  public int compare(Addition a, Addition b) {
    List<Name> left = a.path();
    List<Name> right = b.path();
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      int order = Boolean.compare(isWhiteout(b, i), isWhiteout(a, i));
      if (order == 0) {
        order = left.get(i).compareTo(right.get(i));
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static boolean isWhiteout(Addition addition, int index) {
    return addition.kind() == Kind.WHITEOUT && index == addition.path().size() - 1;
  }
}
