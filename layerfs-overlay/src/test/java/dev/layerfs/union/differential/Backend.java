package dev.layerfs.union.differential;

/** The two ways to a container. */
enum Backend {
  /** The kernel's overlayfs, through the default file system. */
  KERNEL,
  /** The union view. */
  VIEW;

  Backend other() {
    return this == KERNEL ? VIEW : KERNEL;
  }
}
