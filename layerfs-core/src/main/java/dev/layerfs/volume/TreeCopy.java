package dev.layerfs.volume;

import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;

/**
 * Copies all that is in a directory of one view into an empty directory of another: types, content with its holes, owners,
 * modes, times, extended attributes, hard links. Where both are of the host, files share their blocks if the host can do that.
 */
public final class TreeCopy {
  private TreeCopy() {}

  /**
   * Copies a tree. Neither may change meanwhile. The target directory gets the attributes of the source. What fails leaves a
   * part of the copy behind.
   *
   * @param from the view to copy from
   * @param source a directory of that; mounts in it are not entered
   * @param to the view to copy to, which refuses nothing
   * @param target an empty directory of that
   * @throws PosixException what the views throw, for example {@code ENOTSUP} if the target can't hold an object; the message
   *     names it
   */
  public static void copy(PosixView from, Node source, PosixView to, Node target)
      throws PosixException {
    throw new UnsupportedOperationException();
  }
}
