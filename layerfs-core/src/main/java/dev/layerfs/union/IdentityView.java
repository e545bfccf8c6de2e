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
}
