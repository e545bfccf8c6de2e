package dev.layerfs.erofs;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.Name;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a layer during a merge.
 *
 * @param parent the layer's directory that it is in, null for the root
 * @param name its name there
 * @param source its nid in the layer
 * @param target the directory of the merged tree that it goes into
 */
record MergeFrame(@Nullable MergeFrame parent, Name name, long source, TreeNode target) {
  private static final Name NONE = Name.of("");

  static MergeFrame ofRoot(LayerView layer, TreeNode target) {
    return new MergeFrame(null, NONE, layer.root(), target);
  }

  /** Returns the error for an entry of this directory. */
  MalformedImageException malformed(LayerView layer, Name entry, String rule) {
    return new MergeFrame(this, entry, source, target).malformed(layer, rule);
  }

  /** Returns the error for this directory. */
  MalformedImageException malformed(LayerView layer, String rule) {
    Deque<String> path = new ArrayDeque<>();
    for (MergeFrame frame = this; frame.parent() != null; frame = frame.parent()) {
      path.push(frame.name().toString());
    }
    return new MalformedImageException(
        "layer " + layer.tag() + " '" + String.join("/", path) + "'", rule);
  }
}
