package dev.layerfs.erofs;

import dev.layerfs.posix.Name;

/** Is told what a merge does to its tree, before it is done. */
interface MergeListener {
  /** Listens to nothing. */
  MergeListener NONE = new MergeListener() {
    @Override
    public void hides(TreeNode directory, Name name) {}

    @Override
    public void puts(TreeNode directory, Name name) {}
  };

  /** A layer hides what is under a name: the tree has something there. */
  void hides(TreeNode directory, Name name);

  /** A layer has something for a name, which may have something else in the tree already. */
  void puts(TreeNode directory, Name name);
}
