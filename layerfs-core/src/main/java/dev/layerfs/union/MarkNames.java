package dev.layerfs.union;

import dev.layerfs.posix.Name;
import org.jspecify.annotations.Nullable;

/**
 * Names of overlayfs's own attributes, with the prefix of an upper. What looks like one of them in a view is stored with another
 * {@code overlay.} in its name, as the kernel does ({@code ovl_xattr_escape_name}), and so never means anything. Immutable.
 */
public final class MarkNames {
  /** What is put behind the prefix of names that mean nothing. */
  static final String ESCAPE = "overlay.";

  /** The only namespace in which a kernel follows redirects. */
  private static final MarkNames TRUSTED = new MarkNames(Name.of("trusted.overlay."));

  private static final MarkNames USER = new MarkNames(Name.of("user.overlay."));

  final Name prefix;
  final Name opaque;
  final Name origin;
  final Name inode;
  final Name whiteout;
  final Name redirect;
  final Name sparse;
  private final Name escaped;

  private MarkNames(Name prefix) {
    this.prefix = prefix;
    this.opaque = Name.of(prefix + "opaque");
    this.origin = Name.of(prefix + "origin");
    this.inode = Name.of(prefix + "layerfs.ino");
    this.whiteout = Name.of(prefix + "whiteout");
    this.redirect = Name.of(prefix + "redirect");
    this.sparse = Name.of(prefix + "layerfs.sparse");
    this.escaped = Name.of(prefix + ESCAPE);
  }

  /**
   * Returns the names with a prefix. Thousands of uppers have one of two, so those are there once.
   *
   * @param prefix {@code user.overlay.}, {@code trusted.overlay.}, or a host's own
   * @return the names
   */
  public static MarkNames of(Name prefix) {
    if (prefix.equals(TRUSTED.prefix)) {
      return TRUSTED;
    }
    return prefix.equals(USER.prefix) ? USER : new MarkNames(prefix);
  }

  /** Whether a kernel follows redirects that have these names. */
  boolean followsRedirects() {
    return this == TRUSTED;
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
