package dev.layerfs.union.differential;

/** Where the directory is in which a case happens. */
enum ParentState {
  /** In the image, and in the upper if that has something in it. */
  AS_NEEDED(true, true),
  /** In both; the upper may have nothing in it. */
  MERGED(true, true),
  /** In both, and the upper hides all of the image. */
  OPAQUE(true, false),
  /** In the upper alone. */
  UPPER(false, false);

  private final boolean inImage;
  private final boolean merged;

  ParentState(boolean inImage, boolean merged) {
    this.inImage = inImage;
    this.merged = merged;
  }

  /** Whether the image has it. */
  boolean inImage() {
    return inImage;
  }

  /** Whether what the image has in it is seen. */
  boolean isMerged() {
    return merged;
  }
}
