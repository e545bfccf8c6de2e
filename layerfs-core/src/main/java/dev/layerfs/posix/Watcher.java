package dev.layerfs.posix;

/**
 * Is told what changes in a {@link WatchableView}: by the threads that change it, one at a time, in the order of the
 * changes, each before the operation that made it returns. The methods must be quick, must not throw and must not use
 * the view.
 */
public interface Watcher {
  /**
   * A name changed.
   *
   * @param directory where
   * @param name which
   * @param event how
   */
  void changed(Node directory, Name name, NameEvent event);

  /**
   * A directory was removed. Its name's deletion is told apart from this.
   *
   * @param directory what has no name any more
   */
  void removed(Node directory);

  /**
   * An inode was copied up from the image to the upper layer. That changes nothing in the view; it costs time and space.
   *
   * @param node the inode
   * @param path one of its paths from the root, beginning with {@code /}, as {@link Name} writes names
   * @param bytes bytes of content that were copied; 0 for all but regular files
   */
  default void copiedUp(Node node, String path, long bytes) {}
}
