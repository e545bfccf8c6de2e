package dev.layerfs.union.differential;

import dev.layerfs.posix.Timespec;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the planted objects of a case have besides their kind.
 *
 * @param fileMode mode of files, pipes and devices
 * @param directoryMode mode of directories
 * @param uid owner
 * @param gid group
 * @param mtime modification time; long ago, so that no clock gives the same
 * @param xattrs attributes of the {@code user} namespace, on files and directories
 */
record Metadata(
    int fileMode,
    int directoryMode,
    long uid,
    long gid,
    Timespec mtime,
    Map<String, String> xattrs) {

  /** What the prototype's cases have. */
  static final Metadata PLAIN =
      new Metadata(0640, 0750, 0, 0, new Timespec(1_000_000_001, 0), Map.of());

  Metadata {
    xattrs = new TreeMap<>(xattrs);
  }
}
