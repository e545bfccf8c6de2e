package dev.layerfs.union.differential;

import dev.layerfs.posix.Timespec;
import java.util.List;
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
 * @param xattrs extended attributes, on files and directories
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

  /** Privileges of an executable. */
  static final String CAPABILITY = "security.capability";

  /** cap_net_raw, effective: {@code struct vfs_cap_data} of {@code <linux/capability.h>}, revision 2. */
  private static final String NET_RAW = "\1\0\0\2\0\40\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

  /** What is easily lost or changed: special bits, owners, nanoseconds, attributes, no permission at all. */
  static final List<Metadata> VARIETY = List.of(
      new Metadata(
          04755, 02775, 5, 6, new Timespec(1_234_567_890, 123_456_789), Map.of("user.a", "1")),
      new Metadata(02710, 01777, 0, 4_000_000_000L, new Timespec(1, 999_999_999), Map.of()),
      new Metadata(02640, 0, 65_534, 0, new Timespec(1_500_000_000, 1), Map.of("user.b", "")),
      new Metadata(0755, 0700, 0, 0, new Timespec(0, 0), Map.of(CAPABILITY, NET_RAW)));

  Metadata {
    xattrs = new TreeMap<>(xattrs);
  }
}
