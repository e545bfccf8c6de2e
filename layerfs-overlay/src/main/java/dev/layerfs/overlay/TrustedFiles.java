package dev.layerfs.overlay;

import java.nio.file.Path;

/** An upper as a kernel's mount of the machine's root keeps it: marks are {@code trusted.overlay.*}, every object is real. */
final class TrustedFiles extends LinuxFiles {
  /** The label of this format. */
  static final String LABEL = "overlayfs-trusted";

  static final String NAMESPACE = "trusted.";

  TrustedFiles(NativeFiles files, Path work) {
    super(files, Owners.current(), work, NAMESPACE);
  }
}
