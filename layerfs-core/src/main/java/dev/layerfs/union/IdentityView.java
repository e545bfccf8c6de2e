package dev.layerfs.union;

import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.WatchableView;

/** A view whose changes are made by an identity, to which it refuses nothing: {@link ActingView} does that. */
public interface IdentityView extends WatchableView {
  /**
   * Returns who makes the changes.
   *
   * @return the identity
   */
  Identity identity();

  /**
   * Says whether a directory is, or is somewhere beneath, another: so that one can't be moved into the other.
   *
   * @param node any node
   * @param directory a directory
   * @return whether {@code node} is a directory, and {@code directory} is the same or beneath it
   * @throws PosixException if it can't be found out
   */
  boolean isAbove(Node node, Node directory) throws PosixException;

  /**
   * Checks that nothing forbids to change a node but its file system itself; that comes before permissions ({@code
   * mnt_want_write}).
   *
   * @param node a node that is to be changed, or a directory whose names are
   * @throws PosixException {@link dev.layerfs.posix.Errno#EROFS} if it is seen through a mount that is read-only; never, as
   *     here, where nothing is mounted
   */
  default void requireWritableMount(Node node) throws PosixException {}

  /**
   * Checks that a name can go from one node to another; that comes before permissions.
   *
   * @param one a node
   * @param other a directory
   * @throws PosixException {@link dev.layerfs.posix.Errno#EXDEV} if they are seen through different mounts; never, as here,
   *     where nothing is mounted
   */
  default void requireOneMount(Node one, Node other) throws PosixException {}
}
