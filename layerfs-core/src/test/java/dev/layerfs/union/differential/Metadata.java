package dev.layerfs.union.differential;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.Timespec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What the planted objects of a case have besides their kind.
 *
 * @param fileMode mode of files, pipes and devices
 * @param directoryMode mode of directories
 * @param uid owner
 * @param gid group
 * @param mtime modification time; long ago, so that no clock gives the same
 * @param xattrs extended attributes, on files and directories; default lists of permissions on directories only
 * @param size how long files are: the tag of their layer, cut or repeated; negative if it is the tag alone
 */
record Metadata(
    int fileMode,
    int directoryMode,
    long uid,
    long gid,
    Timespec mtime,
    Map<String, String> xattrs,
    int size) {

  /** What the prototype's cases have. */
  static final Metadata PLAIN =
      new Metadata(0640, 0750, 0, 0, new Timespec(1_000_000_001, 0), Map.of());

  private static final int SPARSE = 1 << 16;

  /** {@code struct posix_acl_xattr_entry} of {@code <linux/posix_acl_xattr.h>}: owner rw-, all others
   * r--, which mode 0644 says as well. */
  private static final String LIST = Name.decode(
      HexFormat.of()
          .parseHex(
              "0200000001000600ffffffff020004000500000004000400ffffffff10000400ffffffff20000400ffffffff"));

  private static final String ACCESS_LIST = "system.posix_acl_access";

  /** What is made in a directory gets this list. */
  static final String DEFAULT_LIST = "system.posix_acl_default";

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

  /** Files without content, with little, with more than a block, and with holes. */
  static final List<Metadata> SIZES =
      IntStream.of(0, 1, 4097, SPARSE).mapToObj(Metadata::ofSize).toList();

  /** Lists of permissions as the kernel stores them: user 5 may read; what is made in a directory is given the same. */
  static final List<Metadata> LISTS = List.of(
      new Metadata(0644, 0644, 0, 0, new Timespec(1, 0), Map.of(ACCESS_LIST, LIST)),
      new Metadata(
          0644,
          0644,
          5,
          6,
          new Timespec(1, 0),
          Map.of(ACCESS_LIST, LIST, DEFAULT_LIST, LIST, "user.a", "1")));

  Metadata {
    xattrs = new TreeMap<>(xattrs);
  }

  Metadata(
      int fileMode,
      int directoryMode,
      long uid,
      long gid,
      Timespec mtime,
      Map<String, String> xattrs) {
    this(fileMode, directoryMode, uid, gid, mtime, xattrs, -1);
  }

  private static Metadata ofSize(int size) {
    return new Metadata(0640, 0750, 0, 0, new Timespec(1, 0), Map.of(), size);
  }

  /** Returns the content of a file of a layer. */
  String content(String tag) {
    if (size < 0) {
      return tag;
    }
    return size == SPARSE ? "\0".repeat(SPARSE - 1) + tag : tag.repeat(size);
  }
}
