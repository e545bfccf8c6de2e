package dev.layerfs.union;

import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of directories beneath the upper, so that a path whose directories were passed lately makes no new ones. Each has two
 * slots, which it shares with others; the latest stay. Only what was found just now is asked for, so no node here can be out of
 * date. Safe for use by several threads without a lock: what is immutable in a node may be handed over by a race.
 */
final class DirectoryNodes {
  private static final int BITS = 10;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final Inodes inodes;
  private @Nullable UnionNode @Nullable []
      slots; // not before the first lookup: many views see none

  DirectoryNodes(Inodes inodes) {
    this.inodes = inodes;
  }

  /** Returns the node of a directory that was found beneath the upper. */
  UnionNode get(UnionNode parent, ImageEntry found) {
    @Nullable UnionNode[] known = slots;
    if (known == null) {
      known = new UnionNode[1 << BITS];
      slots = known;
    }
    int first = Long.hashCode(found.nid()) * GOLDEN_RATIO >>> (Integer.SIZE - BITS) & ~1;
    UnionNode latest = known[first];
    if (latest != null && is(latest, parent, found)) {
      return latest;
    }
    UnionNode before = known[first + 1];
    if (before != null && is(before, parent, found)) {
      return before;
    }
    UnionNode node =
        UnionNode.ofLower(inodes, FileType.DIRECTORY, found.nid(), parent, found.name());
    known[first + 1] = latest;
    known[first] = node;
    return node;
  }

  private static boolean is(UnionNode node, UnionNode parent, ImageEntry found) {
    return node.nid == found.nid() && node.parent == parent && found.name().equals(node.name);
  }
}
