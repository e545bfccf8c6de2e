package dev.layerfs.erofs;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.error.Printable;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.posix.Name;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides which of an entry's extended attributes a layer file can have, and notes the others. */
final class LayerXattrs {
  private static final int MAX_NOTES = 100;
  private static final int MAX_VALUE = 0xFFFF;

  private final List<String> notes = new ArrayList<>();

  List<String> notes() {
    return notes;
  }

  /**
   * Returns the attributes to keep.
   *
   * @throws UnsupportedImageException if they are too large for an EROFS inode
   */
  SortedMap<Name, byte[]> filter(ChangesetEntry entry) throws UnsupportedImageException {
    SortedMap<Name, byte[]> xattrs = entry.xattrs();
    if (xattrs.isEmpty()) {
      return Collections.emptySortedMap();
    }
    SortedMap<Name, byte[]> kept = new TreeMap<>();
    for (Map.Entry<Name, byte[]> xattr : xattrs.entrySet()) {
      Name name = xattr.getKey();
      if (LayerMarks.isReserved(name)) {
        note(entry, name, "is reserved for overlay file systems");
      } else if (XattrNamespace.of(name) == null) {
        note(entry, name, "is in no namespace of Linux");
      } else if (name.length() > Name.MAX_LENGTH || xattr.getValue().length > MAX_VALUE) {
        throw LayerBuilder.unsupported(
            entry, "an extended attribute above 255 bytes of name or 65535 of value");
      } else {
        kept.put(name, xattr.getValue());
      }
    }
    if (XattrWriter.size(kept) + 64 > ErofsFormat.MAX_XATTR_SIZE) { // room for the marks
      throw LayerBuilder.unsupported(
          entry, "more than " + ErofsFormat.MAX_XATTR_SIZE + " bytes of extended attributes");
    }
    return kept;
  }

  private void note(ChangesetEntry entry, Name name, String why) {
    if (notes.size() < MAX_NOTES) {
      notes.add(Printable.of(LayerBuilder.subject(entry)) + ": left out the extended attribute '"
          + Printable.of(name.toString()) + "', which " + why);
    } else if (notes.size() == MAX_NOTES) {
      notes.add("more extended attributes were left out");
    }
  }
}
