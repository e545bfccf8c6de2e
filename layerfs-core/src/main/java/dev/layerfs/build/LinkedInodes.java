package dev.layerfs.build;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
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
  private final PosixView tree;
  private final TreeDifference.Untouched untouched;
  private @Nullable Set<Long> found;

  LinkedInodes(@Nullable PosixView base, PosixView tree, TreeDifference.Untouched untouched) {
    this.base = base;
    this.tree = tree;
    this.untouched = untouched;
  }

  @Override
  public boolean isWanted(long inode) throws IOException {
    Set<Long> inodes = found;
    if (inodes == null) {
      inodes = find();
      found = inodes;
    }
    return inodes.contains(inode);
  }

  private Set<Long> find() throws IOException {
    Set<Long> linked = new HashSet<>();
    TreeDifference difference =
        new TreeDifference(base, tree, untouched, (a, b) -> false, inode -> false);
    for (TreeDifference.Step step = difference.next(); step != null; step = difference.next()) {
      Stat stat = step.stat();
      if (stat != null && stat.links() > 1 && stat.type() != FileType.DIRECTORY) {
        linked.add(stat.inode());
      }
    }
    return linked;
  }
}
