package dev.layerfs.erofs;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that one layer gives to files of lower layers. Their paths mean what they mean in the merged tree with all of
 * the layer in it, so they wait in the tree as nodes of their own until that is done. Used once.
 */
final class HardLinks {
  private final LayerView layer;
  private final PathWalk walk;
  private final List<Slot> slots = new ArrayList<>();
  private final Map<TreeNode, Link> links = new IdentityHashMap<>();

  /** A name that is to be another name of a file. */
  private record Slot(MergeFrame frame, Name name, Link link) {}

  /** A node that stands for a file until that is known. */
  private static final class Link {
    private final TreeNode placeholder;
    private final byte[] path;
    private @Nullable TreeNode target;
    private boolean visited;

    Link(TreeNode placeholder, byte[] path) {
      this.placeholder = placeholder;
      this.path = path;
    }
  }

  HardLinks(LayerView layer, PathWalk walk) {
    this.layer = layer;
    this.walk = walk;
  }

  /** Records that a node, just put into a directory under a name, stands for the file of a path. */
  void add(TreeNode placeholder, MergeFrame frame, Name name, byte[] path) {
    Link link = links.computeIfAbsent(placeholder, node -> new Link(node, path));
    slots.add(new Slot(frame, name, link));
  }

  /**
   * Puts the files into the places of the nodes that stand for them.
   *
   * @throws MalformedImageException if a path leads to nothing, to a directory, or back to itself
   */
  void resolve() throws IOException {
    for (Slot slot : slots) {
      follow(slot);
    }
    for (Slot slot : slots) {
      TreeNode directory = slot.frame().target();
      if (directory.child(slot.name()) == slot.link().placeholder && slot.link().target != null) {
        directory.put(slot.name(), slot.link().target);
      }
    }
  }

  /** Finds the file of a link that may lead to further links. Each link is looked up once. */
  private void follow(Slot slot) throws IOException {
    List<Link> chain = new ArrayList<>();
    Link link = slot.link();
    TreeNode target = link.target;
    while (target == null) {
      if (link.visited) {
        throw malformed(slot, "a hard link to itself");
      }
      link.visited = true;
      chain.add(link);
      TreeNode found = find(slot, link.path);
      Link next = links.get(found);
      if (next == null) {
        target = found;
      } else {
        link = next;
        target = link.target;
      }
    }
    for (Link resolved : chain) {
      resolved.target = target;
    }
  }

  private TreeNode find(Slot slot, byte[] path) throws IOException {
    List<Name> names = PathWalk.split(path);
    TreeNode found = null;
    if (!names.isEmpty()) {
      try {
        found = walk.findLast(names);
      } catch (PosixException e) {
        throw malformed(slot, "a hard link to a path through something that is not a directory");
      }
    }
    if (found == null) {
      throw malformed(slot, "a hard link to something that neither this layer nor a lower one has");
    }
    if (found.isDirectory()) {
      throw malformed(slot, "a hard link to a directory");
    }
    return found;
  }

  private MalformedImageException malformed(Slot slot, String rule) {
    return slot.frame().malformed(layer, slot.name(), rule);
  }
}
