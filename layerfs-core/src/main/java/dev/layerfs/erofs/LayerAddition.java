package dev.layerfs.erofs;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts what one layer has into the merged tree, once the lower objects that it hides are gone. Used once. */
final class LayerAddition {
  private final LayerView layer;
  private final PathWalk walk;
  private final MergeListener listener;
  private final Deque<MergeFrame> frames = new ArrayDeque<>();
  // Directories behind a lower layer's link come after all else, when all that the link leads
  // through is in place.
  private final Deque<MergeFrame> behindLinks = new ArrayDeque<>();
  private final Map<Long, MergedNode> severalNames = new HashMap<>();
  private final HardLinks hardLinks;

  LayerAddition(LayerView layer, PathWalk walk, MergeListener listener) {
    this.layer = layer;
    this.walk = walk;
    this.listener = listener;
    this.hardLinks = new HardLinks(layer, walk);
  }

  /**
   * Adds the layer to a tree.
   *
   * @throws MalformedImageException if the layer has entries below a lower layer's file, or links to nothing
   */
  void addTo(MergedNode root) throws IOException {
    if (!layer.isImplicit(layer.root())) {
      layer.replaceAttributes(root, layer.root());
    }
    frames.push(MergeFrame.ofRoot(layer, root));
    while (!frames.isEmpty() || !behindLinks.isEmpty()) {
      MergeFrame frame = frames.isEmpty() ? followed(behindLinks.remove()) : frames.pop();
      for (DirectoryEntry entry : layer.list(frame.source())) {
        add(frame, entry);
      }
    }
    hardLinks.resolve();
  }

  private void add(MergeFrame frame, DirectoryEntry entry) throws IOException {
    if (entry.type() == FileType.DIRECTORY) {
      addDirectory(frame, entry);
    } else if (!layer.isWhiteout(entry)) {
      MergedNode node = node(entry);
      listener.puts(frame.target(), entry.name());
      frame.target().put(entry.name(), node);
      byte[] target = entry.type() == FileType.REGULAR ? layer.hardLinkTarget(entry.inode()) : null;
      if (target != null) {
        hardLinks.add(node, frame, entry.name(), target);
      }
    }
  }

  private MergedNode node(DirectoryEntry entry) throws IOException {
    long inode = entry.inode();
    return layer.hasSeveralNames(inode)
        ? severalNames.computeIfAbsent(inode, i -> layer.node(entry.type(), i))
        : layer.node(entry.type(), inode);
  }

  private void addDirectory(MergeFrame frame, DirectoryEntry entry) throws IOException {
    TreeNode lower = frame.target().child(entry.name());
    boolean implicit = layer.isImplicit(entry.inode());
    if (lower != null && implicit && lower.type() == FileType.SYMLINK) {
      behindLinks.add(new MergeFrame(frame, entry.name(), entry.inode(), frame.target()));
      return;
    }
    TreeNode target;
    if (lower != null && lower.isDirectory()) {
      target = lower;
      if (!implicit) {
        listener.puts(frame.target(), entry.name());
        layer.replaceAttributes((MergedNode) lower, entry.inode());
      }
    } else if (lower != null && implicit) {
      throw frame.malformed(
          layer, entry.name(), "has entries below it, but is not a directory in a lower layer");
    } else {
      target = layer.node(FileType.DIRECTORY, entry.inode());
      listener.puts(frame.target(), entry.name());
      frame.target().put(entry.name(), target);
    }
    frames.push(new MergeFrame(frame, entry.name(), entry.inode(), target));
  }

  /** Returns the frame of a directory behind a link; until now its target was the directory that has the link. */
  private MergeFrame followed(MergeFrame link) throws IOException {
    try {
      Name name = link.name();
      TreeNode target = walk.findOrCreate(link.target(), List.of(name));
      return new MergeFrame(link.parent(), name, link.source(), target);
    } catch (PosixException e) {
      throw link.malformed(layer, "has entries below a symbolic link that leads to no directory");
    }
  }
}
