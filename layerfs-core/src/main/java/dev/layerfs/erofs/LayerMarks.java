package dev.layerfs.erofs;

import dev.layerfs.posix.Name;

/**
 * The extended attributes by which a layer file tells what a tree alone can't say. Image trees never have them, and an
 * image's own attributes of these names never get into a layer file.
 */
final class LayerMarks {
  /** On a directory, value {@code y}: hides what lower layers have in it. As overlayfs has it. */
  static final Name OPAQUE = Name.of("trusted.overlay.opaque");

  /** On a directory, empty value: the layer has entries in it but doesn't list the directory itself. */
  static final Name IMPLICIT = Name.of("trusted.layerfs.implicit");

  /** On an empty regular file: a name for the file whose path the value is, which a lower layer has. */
  static final Name HARD_LINK = Name.of("trusted.layerfs.hardlink");

  /** More bytes of inline attributes than the marks of one inode take; a hard link has no other attributes. */
  static final int MAX_SIZE = 128;

  private static final Name[] RESERVED = {
    Name.of("trusted.layerfs."), Name.of("trusted.overlay."), Name.of("user.overlay.")
  };

  private LayerMarks() {}

  /** Tells whether an attribute would mean something to layerfs or overlayfs. */
  static boolean isReserved(Name attribute) {
    for (Name prefix : RESERVED) {
      if (attribute.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
