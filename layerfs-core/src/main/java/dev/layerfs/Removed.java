package dev.layerfs;

import dev.layerfs.oci.Digest;
import java.util.List;

/**
 * What a removal did. Immutable.
 *
 * @param names the names that were taken away
 * @param images manifest digests of the images that are gone
 * @param freedBytes bytes of the files that were deleted
 */
public record Removed(List<String> names, List<Digest> images, long freedBytes) {
  /** Copies the lists. */
  public Removed {
    names = List.copyOf(names);
    images = List.copyOf(images);
  }
}
