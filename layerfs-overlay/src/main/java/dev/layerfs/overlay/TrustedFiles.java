package dev.layerfs.overlay;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.file.Path;

/** An upper as a kernel's mount of the machine's root keeps it: marks are {@code trusted.overlay.*}, every object is real. */
final class TrustedFiles extends LinuxFiles {
  /** The label of this format. */
  static final String LABEL = "overlayfs-trusted";

  static final String NAMESPACE = "trusted.";

  TrustedFiles(NativeFiles files, Path work) {
    super(files, Owners.current(), work, NAMESPACE);
  }

  /**
   * {@inheritDoc} What can be opened without any effect is opened itself: then it is found once, and its attributes need no path
   * through {@code /proc}.
   */
  @Override
  public NodeAttributes attributes(Path place, FileType type) throws PosixException {
    if (!files().isDirect() || type != FileType.REGULAR && type != FileType.DIRECTORY) {
      return super.attributes(place, type);
    }
    long kind = type == FileType.DIRECTORY ? OpenFlags.DIRECTORY : OpenFlags.NON_BLOCKING;
    try (Descriptor open = files().open(place, OpenFlags.READ_ONLY | kind, 0)) {
      Stat stat = owners().shown(FileStatus.ofAll(open, place));
      return new NodeAttributes(stat, kept(NativeXattrs.list(open, place)));
    }
  }
}
