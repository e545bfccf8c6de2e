package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import java.io.IOException;
import java.util.List;

/** What the reserved prefix {@code .wh.} in a path means (OCI image spec, layer.md, "Whiteouts"; AUFS, where it is from). */
enum Whiteout {
  /** The path has no reserved name. */
  NONE,
  /** The last name removes another. */
  WHITEOUT,
  /** The last name makes its directory opaque. */
  OPAQUE,
  /** AUFS's own bookkeeping, which old images have: {@code .wh..wh.plnk}, {@code .wh..wh.orph}, {@code .wh..wh.aufs}. */
  AUFS_METADATA;

  /** The length of {@code .wh.}. */
  static final int PREFIX_LENGTH = 4;

  private static final Name PREFIX = Name.of(".wh.");
  private static final Name METADATA_PREFIX = Name.of(".wh..wh.");
  private static final Name OPAQUE_NAME = Name.of(".wh..wh..opq");
  private static final Name DOT = Name.of(".");
  private static final Name DOT_DOT = Name.of("..");

  static boolean isReserved(Name name) {
    return name.startsWith(PREFIX);
  }

  /** Tells what a path is; the first reserved name in it decides. */
  static Whiteout of(List<Name> path, ArchivePlace place) throws IOException {
    for (int i = 0; i < path.size(); i++) {
      Name name = path.get(i);
      if (isReserved(name)) {
        boolean last = i == path.size() - 1;
        if (!name.equals(OPAQUE_NAME) && name.startsWith(METADATA_PREFIX)) {
          return AUFS_METADATA;
        }
        if (!last) {
          throw place.malformed("entry below a whiteout");
        }
        return name.equals(OPAQUE_NAME) ? OPAQUE : WHITEOUT;
      }
    }
    return NONE;
  }

  /** Returns the name that a whiteout removes. */
  static Name target(Name whiteout, ArchivePlace place) throws IOException {
    byte[] bytes = whiteout.toBytes();
    Name target = Name.ofBytes(bytes, PREFIX_LENGTH, bytes.length);
    if (target.length() == 0) {
      throw place.malformed("whiteout without a name (OCI image spec, layer.md, Whiteouts)");
    }
    if (target.equals(DOT) || target.equals(DOT_DOT)) {
      throw place.malformed("whiteout of \".\" or \"..\"");
    }
    return target;
  }
}
