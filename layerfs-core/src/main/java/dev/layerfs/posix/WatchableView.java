package dev.layerfs.posix;

/**
 * A view that tells what changes in it, whoever changes it: inotify for a whole view. Told are
 *
 * <ul>
 *   <li>names that come and go. A rename is a deletion and a creation; a name that it replaces is not deleted before. An
 *       exchange is two deletions, then two creations;
 *   <li>changes of content, also by handles that are open already, and of owner, mode, times and extended attributes,
 *       for each name of the inode that is known so far. Names of hard links are known once their directories were
 *       looked at or the inode was copied up; an inode without a name changes untold.
 * </ul>
 *
 * <p>Copy-up changes nothing; it is told apart, to those who want to know what it costs ({@link Watcher#copiedUp}). Nothing is
 * told of directories whose times change with their entries.
 */
public interface WatchableView extends PosixView {
  /**
   * Tells a watcher of every change from now on.
   *
   * @param watcher who is told
   */
  void watch(Watcher watcher);

  /**
   * Tells a watcher no more; one call that is under way may still reach it.
   *
   * @param watcher who was told until now
   */
  void unwatch(Watcher watcher);
}
