package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;

/** Something that is mounted. Two mounts of one view show the same files, but each has its own mounts in them. */
final class Mount {
  private final MountedView owner;
  private final PosixView view;
  private final boolean readOnly;
  private final int device;
  private final MountTable inside = new MountTable();

  /**
   * Mounts a view.
   *
   * @param owner what it is mounted in
   * @param view what is mounted
   * @param readOnly whether nothing can be changed through this mount
   * @param device the number of its file system, which all mounts of the view share
   */
  Mount(MountedView owner, PosixView view, boolean readOnly, int device) {
    this.owner = owner;
    this.view = view;
    this.readOnly = readOnly;
    this.device = device;
  }

  MountedView owner() {
    return owner;
  }

  PosixView view() {
    return view;
  }

  boolean readOnly() {
    return readOnly;
  }

  int device() {
    return device;
  }

  /** What is mounted in this. */
  MountTable inside() {
    return inside;
  }

  /** Returns a node of the view as it is seen through this mount. */
  MountedNode node(Node node) {
    return new MountedNode(this, node);
  }

  MountedNode root() {
    return node(view.root());
  }

  void requireWritable(Object subject) throws PosixException {
    if (readOnly) {
      throw new PosixException(Errno.EROFS, subject.toString());
    }
  }
}
