package dev.layerfs.examples;

import dev.layerfs.posix.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What a layer does to one path.
 *
 * @param layer the layer, counted from the bottom
 * @param node the path
 * @param kind what it does
 * @param stat what is there afterwards; null if nothing is, or a directory that no layer lists
 * @param content number of the regular file's content; -1 if there is none
 * @param bytes bytes of content that the layer brings by this; 0 for further names of a file
 * @param wasted bytes of content of lower layers that nothing leads to any more because of this
 */
record ExploreEvent(
    int layer,
    ExploreNode node,
    Kind kind,
    @Nullable Stat stat,
    int content,
    long bytes,
    long wasted) {
  /** What happens to a path. The page knows them by their ordinals. */
  enum Kind {
    ADDED,
    CHANGED,
    REMOVED,
    /** The layer lists a directory that was there already, with the same owner and permissions. */
    LISTED
  }
}
