package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides which extended attributes of an image are kept. Dropped are those that would steer an overlay, this library or a
 * container engine if they came from an image, and those of name spaces that no file system keeps for others.
 */
final class XattrFilter {
  private static final List<Name> RESERVED = names(
      "trusted.overlay.",
      "user.overlay.",
      "trusted.layerfs.",
      "user.layerfs.",
      "user.containers.override_stat");
  private static final List<Name> NAMESPACES = names("user.", "trusted.", "security.");
  private static final List<Name> ACLS =
      names("system.posix_acl_access", "system.posix_acl_default");

  private XattrFilter() {}

  private static List<Name> names(String... names) {
    return Arrays.stream(names).map(Name::of).toList();
  }

  /** Returns the attributes to keep, and notes the others. */
  static SortedMap<Name, byte[]> keep(
      SortedMap<Name, byte[]> xattrs, ArchivePlace place, Notes notes) {
    if (xattrs.isEmpty()) {
      return xattrs;
    }
    TreeMap<Name, byte[]> kept = new TreeMap<>();
    for (Map.Entry<Name, byte[]> xattr : xattrs.entrySet()) {
      Name name = xattr.getKey();
      if (isKept(name)) {
        kept.put(name, xattr.getValue());
      } else {
        notes.add(place, "dropped the extended attribute " + name);
      }
    }
    return Collections.unmodifiableSortedMap(kept);
  }

  static boolean isKept(Name name) {
    if (RESERVED.stream().anyMatch(name::startsWith)) {
      return false;
    }
    return ACLS.contains(name)
        || NAMESPACES.stream().anyMatch(n -> name.length() > n.length() && name.startsWith(n));
  }
}
