package dev.layerfs.build;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Inodes of which a name is new or different: a layer has to have all their names, or they are links no more. Found by a walk
 * of their own, when the first name comes that does not differ, which is seldom.
 */
final class LinkedInodes implements TreeDifference.Wanted {
  private final @Nullable PosixView base;
  private final UnionView tree;
  private final Knowledge knowledge;
  private final boolean renamed;
  private @Nullable Set<Long> found;
  private boolean everywhere;

  LinkedInodes(@Nullable PosixView base, UnionView tree, Knowledge knowledge) {
    this.base = base;
    this.tree = tree;
    this.knowledge = knowledge;
    this.renamed = tree.mayHaveRenamedDirectories();
  }

  @Override
  public boolean isWanted(long inode) throws IOException {
    return inodes().contains(inode);
  }

  /** An inode that shows in a renamed directory, and is otherwise untouched, may have its other names anywhere. */
  @Override
  public boolean isEverywhere() throws IOException {
    return renamed && !inodes().isEmpty() && everywhere;
  }

  private Set<Long> inodes() throws IOException {
    Set<Long> inodes = found;
    if (inodes == null) {
      inodes = find();
      found = inodes;
    }
    return inodes;
  }

  private Set<Long> find() throws IOException {
    Set<Long> linked = new HashSet<>();
    TreeDifference difference =
        new TreeDifference(base, tree, knowledge, TreeDifference.Purpose.LAYER);
    for (TreeDifference.Step step = difference.next(); step != null; step = difference.next()) {
      Stat stat = step.stat();
      if (stat != null && stat.links() > 1 && stat.type() != FileType.DIRECTORY) {
        linked.add(stat.inode());
        everywhere |= step.node() != null && !tree.isInUpper(step.node());
      }
    }
    return linked;
  }
}
