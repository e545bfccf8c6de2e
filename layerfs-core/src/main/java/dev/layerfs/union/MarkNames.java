package dev.layerfs.union;

import dev.layerfs.posix.Name;
import org.jspecify.annotations.Nullable;

/**
 * Names of attributes in a view that look like overlayfs's own: they are stored with another {@code overlay.} in them, as
 * the kernel does ({@code ovl_xattr_escape_name}), and so never mean anything.
 */
public final class MarkNames {
  /** What is put behind the prefix of names that mean nothing. */
  static final String ESCAPE = "overlay.";

  private final Name prefix;
  private final Name escaped;

  /**
   * Names the marks.
   *
   * @param prefix {@code user.overlay.} or {@code trusted.overlay.}
   */
  public MarkNames(Name prefix) {
    this.prefix = prefix;
    this.escaped = Name.of(prefix + ESCAPE);
  }

  /** Returns the stored name of an attribute of the view. */
  public Name escape(Name name) {
    return name.startsWith(prefix) ? concat(escaped, name, prefix.length()) : name;
  }

  /** Returns the name in the view of a stored attribute, or null if the view doesn't show it. */
  @Nullable
  public Name unescape(Name stored) {
    if (!stored.startsWith(prefix)) {
      return stored;
    }
    return stored.startsWith(escaped) ? concat(prefix, stored, escaped.length()) : null;
  }

  private static Name concat(Name head, Name name, int from) {
    byte[] tail = name.toBytes();
    byte[] bytes = new byte[head.length() + tail.length - from];
    System.arraycopy(head.toBytes(), 0, bytes, 0, head.length());
    System.arraycopy(tail, from, bytes, head.length(), tail.length - from);
    return Name.ofBytes(bytes);
  }
}
