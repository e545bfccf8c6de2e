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

  private static final Name OWN = Name.of("trusted.layerfs.");
  private static final Name[] OVERLAY = {Name.of("trusted.overlay."), Name.of("user.overlay.")};
  private static final Name[] ESCAPED = {
    Name.of("trusted.overlay.overlay."), Name.of("user.overlay.overlay.")
  };

  private LayerMarks() {}

  /** Tells whether an attribute would mean something to layerfs or overlayfs. Escaped ones don't. */
  static boolean isReserved(Name attribute) {
    if (attribute.startsWith(OWN)) {
      return true;
    }
    for (int i = 0; i < OVERLAY.length; i++) {
      if (attribute.startsWith(OVERLAY[i])) {
        return !attribute.startsWith(ESCAPED[i]);
      }
    }
    return false;
  }
}
