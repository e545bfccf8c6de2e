package dev.layerfs.erofs;

import dev.layerfs.posix.Name;
import org.jspecify.annotations.Nullable;

/** The prefixes of attribute names that EROFS replaces by a number ({@code EROFS_XATTR_INDEX_*}). */
enum XattrNamespace {
  USER(1, "user."),
  POSIX_ACL_ACCESS(2, "system.posix_acl_access"),
  POSIX_ACL_DEFAULT(3, "system.posix_acl_default"),
  TRUSTED(4, "trusted."),
  SECURITY(6, "security.");

  private static final XattrNamespace[] ALL = values();

  private final int index;
  private final Name prefix;

  XattrNamespace(int index, String prefix) {
    this.index = index;
    this.prefix = Name.of(prefix);
  }

  /** Returns the namespace of an attribute, or null if EROFS (and Linux) has none for it. */
  static @Nullable XattrNamespace of(Name attribute) {
    for (XattrNamespace namespace : ALL) {
      if (namespace.holds(attribute)) {
        return namespace;
      }
    }
    return null;
  }

  /** Returns the namespace of a number on disk, or null if there is none. */
  static @Nullable XattrNamespace ofIndex(int index) {
    for (XattrNamespace namespace : ALL) {
      if (namespace.index == index) {
        return namespace;
      }
    }
    return null;
  }

  private boolean holds(Name attribute) {
    boolean whole = this == POSIX_ACL_ACCESS || this == POSIX_ACL_DEFAULT;
    return whole
        ? attribute.equals(prefix)
        : attribute.length() > prefix.length() && attribute.startsWith(prefix);
  }

  int index() {
    return index;
  }

  Name prefix() {
    return prefix;
  }
}
