package dev.layerfs.union.differential;

/** Where the backends may differ on purpose, or because a host does; there is no other tolerance. */
enum SequenceRule {
  /**
   * A kernel that reads {@code user} marks refuses to rename directories of the image, where the view copies them up (decision
   * 4). The view is then not asked, so that both go on from the same.
   */
  DIRECTORIES_STAY {
    @Override
    boolean skips(String kernel) {
      return kernel.equals("EXDEV");
    }
  },

  /** A user namespace of one user can't give files to others, the view can: it notes the owner beside the file. */
  OWNERS_STAY {
    @Override
    boolean skips(String kernel) {
      return kernel.equals("EINVAL");
    }
  },

  /**
   * Hard links of a layer stay links in the view when they are copied up, the kernel breaks them (decision 4). So where what was
   * written becomes a layer there are none.
   */
  LINKS_STAY {
    @Override
    boolean leavesOut(CallSequence.Call call) {
      return call.label().startsWith("link ");
    }
  },

  /** A file system may say either of a directory that is not empty (rename(2)); the view says it as most do. */
  NOT_EMPTY_IS_THERE {
    @Override
    String amend(CallSequence.Call call, String kernel) {
      return kernel.equals("EEXIST") && call.label().startsWith("rename REPLACE")
          ? "ENOTEMPTY"
          : kernel;
    }
  },

  /**
   * xfs sets the time of a directory that changes places with something in another directory ({@code xfs_cross_rename} of
   * fs/xfs/xfs_inode.c). When an upper needs that for a rename is up to its writer.
   */
  EXCHANGED_DIRECTORIES_ARE_TOUCHED {
    @Override
    Tree normalise(Tree tree) {
      return tree.map(entry -> entry.isDirectory() ? entry.withoutTime() : entry);
    }
  };

  /** Whether a call is made on neither. */
  boolean leavesOut(CallSequence.Call call) {
    return false;
  }

  /** Whether a call that the kernel answered so is not made on the view. */
  boolean skips(String kernel) {
    return false;
  }

  /** Returns what the view is to answer. */
  String amend(CallSequence.Call call, String kernel) {
    return kernel;
  }

  /** Returns what of a tree is compared. */
  Tree normalise(Tree tree) {
    return tree;
  }
}
