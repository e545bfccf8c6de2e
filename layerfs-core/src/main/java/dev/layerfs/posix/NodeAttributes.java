package dev.layerfs.posix;

import java.util.List;

/**
 * What is known of an object besides its names and its content.
 *
 * @param stat its attributes
 * @param xattrs the full names of its extended attributes
 */
public record NodeAttributes(Stat stat, List<Name> xattrs) {
  /** Copies the names. */
  public NodeAttributes {
    xattrs = List.copyOf(xattrs);
  }
}
