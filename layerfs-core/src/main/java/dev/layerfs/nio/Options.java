package dev.layerfs.nio;

import dev.layerfs.posix.Resolver.LastLink;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Objects;
import java.util.Set;

/** What the options that callers give mean here. */
final class Options {
  /** Taken from the mode of a new file unless the caller names its permissions: the umask of most systems. */
  static final int UMASK = 022;

  private Options() {}

  static LastLink lastLink(LinkOption... options) {
    LastLink last = LastLink.FOLLOW;
    for (LinkOption option : options) {
      Objects.requireNonNull(option);
      last = LastLink.NOFOLLOW;
    }
    return last;
  }

  /**
   * Returns the mode of a new file.
   *
   * @param usual the mode if no attribute gives it
   * @throws UnsupportedOperationException for any attribute but {@code posix:permissions}
   */
  static int mode(int usual, FileAttribute<?>... attributes) {
    int mode = usual & ~UMASK;
    for (FileAttribute<?> attribute : attributes) {
      if (!attribute.name().equals("posix:permissions")) {
        throw new UnsupportedOperationException(
            "'" + attribute.name() + "' not supported as initial attribute");
      }
      mode = Permissions.toMode((Set<?>) attribute.value());
    }
    return mode;
  }

  /** Checks attributes of what can have none at creation. */
  static void requireNone(FileAttribute<?>... attributes) {
    if (attributes.length > 0) {
      mode(0, attributes);
      throw new UnsupportedOperationException("a symbolic link takes no initial attributes");
    }
  }
}
