package dev.layerfs.nio;

import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * What the options of {@code Files.copy} and {@code Files.move} ask for.
 *
 * @param replace whether an existing target is replaced
 * @param attributes whether owner, permissions, times and extended attributes are copied
 * @param atomic whether a move is atomic or fails
 * @param noFollow whether a symbolic link is copied, not what it leads to
 */
record CopyRequest(boolean replace, boolean attributes, boolean atomic, boolean noFollow) {
  /** A copy that takes the place of a move. */
  static final CopyRequest MOVE = new CopyRequest(true, true, false, true);

  /**
   * Reads the options of a copy.
   *
   * @throws UnsupportedOperationException for {@code ATOMIC_MOVE} and unknown options
   */
  static CopyRequest ofCopy(CopyOption... options) {
    return of(StandardCopyOption.ATOMIC_MOVE, options);
  }

  /**
   * Reads the options of a move.
   *
   * @throws UnsupportedOperationException for {@code COPY_ATTRIBUTES} and unknown options
   */
  static CopyRequest ofMove(CopyOption... options) {
    return of(StandardCopyOption.COPY_ATTRIBUTES, options);
  }

  private static CopyRequest of(StandardCopyOption excluded, CopyOption... options) {
    boolean replace = false;
    boolean attributes = false;
    boolean atomic = false;
    boolean noFollow = false;
    for (CopyOption option : options) {
      Objects.requireNonNull(option);
      boolean known = option == LinkOption.NOFOLLOW_LINKS
          || (option instanceof StandardCopyOption && option != excluded);
      if (!known) {
        throw new UnsupportedOperationException("Unsupported option: " + option);
      }
      replace |= option == StandardCopyOption.REPLACE_EXISTING;
      attributes |= option == StandardCopyOption.COPY_ATTRIBUTES;
      atomic |= option == StandardCopyOption.ATOMIC_MOVE;
      noFollow |= option == LinkOption.NOFOLLOW_LINKS;
    }
    return new CopyRequest(replace, attributes, atomic, noFollow);
  }
}
