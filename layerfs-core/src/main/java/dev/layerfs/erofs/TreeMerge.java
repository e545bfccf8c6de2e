package dev.layerfs.erofs;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges layers, bottom first, into one tree of references to their inodes. Of each layer first what it hides goes, then
 * what it has comes: whiteouts concern lower layers only, whatever the order of the layer's entries was (image-spec,
 * layer.md, "Whiteouts").
 */
final class TreeMerge {
  private final MergedNode root = MergedNode.implicitDirectory();
  private final PathWalk walk = new PathWalk(root);
  private final MergeListener listener;

  TreeMerge(MergeListener listener) {
    this.listener = listener;
  }

  MergedNode root() {
    return root;
  }

  /**
   * Puts a layer on top of those merged so far.
   *
   * @param layer the layer
   * @throws MalformedImageException if the layer does not fit what is beneath it
   */
  void apply(LayerView layer) throws IOException {
    hideLower(layer);
    new LayerAddition(layer, walk, listener).addTo(root);
  }

  private void hideLower(LayerView layer) throws IOException {
    Deque<MergeFrame> frames = new ArrayDeque<>();
    frames.push(MergeFrame.ofRoot(layer, root));
    while (!frames.isEmpty()) {
      MergeFrame frame = frames.pop();
      if (frame.target().children().isEmpty()) {
        continue;
      }
      if (layer.isOpaque(frame.source())) {
        frame.target().children().keySet().forEach(name -> listener.hides(frame.target(), name));
        frame.target().removeAll();
      } else {
        hideIn(layer, frame, frames);
      }
    }
  }

  private void hideIn(LayerView layer, MergeFrame frame, Deque<MergeFrame> frames)
      throws IOException {
    for (DirectoryEntry entry : layer.list(frame.source())) {
      TreeNode lower = frame.target().child(entry.name());
      if (lower == null) {
        continue;
      }
      if (layer.isWhiteout(entry)) {
        listener.hides(frame.target(), entry.name());
        frame.target().remove(entry.name());
      } else if (entry.type() == FileType.DIRECTORY) {
        TreeNode target = lowerDirectory(layer, frame, entry, lower);
        if (target != null) {
          frames.push(new MergeFrame(frame, entry.name(), entry.inode(), target));
        }
      }
    }
  }

  /** Returns the directory that a layer's directory is merged with, maybe behind a link; null if there is none. */
  private @Nullable TreeNode lowerDirectory(
      LayerView layer, MergeFrame frame, DirectoryEntry entry, TreeNode lower) throws IOException {
    if (lower.isDirectory()) {
      return lower;
    }
    if (lower.type() != FileType.SYMLINK || !layer.isImplicit(entry.inode())) {
      return null;
    }
    try {
      return walk.find(frame.target(), List.of(entry.name()));
    } catch (PosixException e) {
      return null; // the addition of the same directory says what is wrong with it
    }
  }
}
