package dev.layerfs.changeset;

import dev.layerfs.error.Printable;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a layer can't say, or what {@link ChangesetReader} would not read back as it was: refused before it is written. */
final class EntryRules {
  private static final Limits LIMITS = Limits.DEFAULT;
  /** A record's length, its spelling and the header's blocks; generous. */
  private static final int XATTR_OVERHEAD = 64;

  private EntryRules() {}

  /**
   * Checks a change.
   *
   * @throws UnsupportedImageException if it can't be expressed
   */
  static void check(ChangesetEntry entry) throws IOException {
    checkPath(entry, entry.path());
    switch (entry.kind()) {
      case WHITEOUT -> require(entry, !entry.path().isEmpty(), "the root can't be removed");
      case HARD_LINK -> {
        require(entry, !entry.path().isEmpty(), "the root is a directory");
        require(entry, !entry.hardLinkTarget().isEmpty(), "a hard link to the root");
        checkPath(entry, entry.hardLinkTarget());
      }
      case SYMLINK -> {
        require(entry, !entry.path().isEmpty(), "the root is a directory");
        checkTarget(entry, entry.linkTarget());
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE -> checkDevice(entry);
      case FILE, FIFO -> require(entry, !entry.path().isEmpty(), "the root is a directory");
      case DIRECTORY, OPAQUE -> {
        // any path will do
      }
    }
    checkNumbers(entry);
    checkXattrs(entry);
  }

  private static void checkPath(ChangesetEntry entry, List<Name> path) throws IOException {
    int length = 0;
    for (Name name : path) {
      length += name.length() + 1;
      require(
          entry,
          !Whiteout.isReserved(name),
          "in a layer a name that begins with .wh. means a removal; rename it");
      require(entry, isName(name), "not a name that a tar can have");
      require(entry, name.length() <= LIMITS.maxNameBytes(), "a name of more than 255 bytes");
    }
    // A whiteout has a prefix, a directory a slash more.
    int extra = Whiteout.PREFIX_LENGTH + ChangesetWriter.OPAQUE_MARKER.length;
    require(entry, length + extra <= LIMITS.maxPathBytes(), "too deep for the paths of a layer");
  }

  private static boolean isName(Name name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.byteAt(i) == '/' || name.byteAt(i) == 0) {
        return false;
      }
    }
    return name.length() > 0 && !name.equals(Name.of(".")) && !name.equals(Name.of(".."));
  }

  private static void checkTarget(ChangesetEntry entry, byte[] target) throws IOException {
    require(
        entry,
        target.length > 0 && target.length <= LIMITS.maxPathBytes(),
        "the target of a symbolic link has 1 to " + LIMITS.maxPathBytes() + " bytes");
    for (byte b : target) {
      require(entry, b != 0, "the target of a symbolic link has a NUL");
    }
  }

  private static void checkDevice(ChangesetEntry entry) throws IOException {
    require(entry, !entry.path().isEmpty(), "the root is a directory");
    boolean whiteout = entry.kind() == ChangesetEntry.Kind.CHARACTER_DEVICE
        && entry.rdevMajor() == 0
        && entry.rdevMinor() == 0;
    require(entry, !whiteout, "the character device 0:0 means a removal in overlayfs");
    require(
        entry,
        entry.rdevMajor() >= 0
            && entry.rdevMajor() <= ChangesetReader.MAX_MAJOR
            && entry.rdevMinor() >= 0
            && entry.rdevMinor() <= ChangesetReader.MAX_MINOR,
        "device number out of range");
  }

  private static void checkNumbers(ChangesetEntry entry) throws IOException {
    require(
        entry,
        entry.uid() >= 0
            && entry.uid() <= ChangesetReader.MAX_ID
            && entry.gid() >= 0
            && entry.gid() <= ChangesetReader.MAX_ID,
        "owner beyond 4294967294");
    require(entry, entry.size() >= 0, "negative size");
    require(entry, entry.mtimeSeconds() > Long.MIN_VALUE, "time out of range");
  }

  private static void checkXattrs(ChangesetEntry entry) throws IOException {
    long total = 2L * LIMITS.maxPathBytes();
    for (Map.Entry<Name, byte[]> xattr : entry.xattrs().entrySet()) {
      Name name = xattr.getKey();
      String what = "the extended attribute " + Printable.of(name.toString());
      require(entry, XattrFilter.isKept(name), what + " is none that an image can have");
      require(entry, isSpelledSafely(name), what + " has a name that a tar can't have");
      require(
          entry,
          name.length() <= LIMITS.maxNameBytes()
              && xattr.getValue().length <= LIMITS.maxXattrBytes(),
          what + " is too long");
      total += name.length() + xattr.getValue().length + XATTR_OVERHEAD;
    }
    require(entry, total <= LIMITS.maxEntryMetadataBytes(), "more extended attributes than 1 MiB");
  }

  /** A pax record's key ends at the first {@code =}. */
  private static boolean isSpelledSafely(Name name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.byteAt(i) == '=' || name.byteAt(i) == 0) {
        return false;
      }
    }
    return true;
  }

  private static void require(ChangesetEntry entry, boolean condition, String reason)
      throws UnsupportedImageException {
    if (!condition) {
      throw new UnsupportedImageException(
          "layer entry '" + Name.decode(ChangesetWriter.absolute(entry.path())) + "'", reason);
    }
  }
}
