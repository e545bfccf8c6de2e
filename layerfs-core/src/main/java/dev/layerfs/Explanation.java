package dev.layerfs;

import java.util.List;

/**
 * Why a store keeps something. Immutable.
 *
 * @param object what it is
 * @param bytes length of its files
 * @param reasons for each image, container and session that needs it a chain of needs that begins there and ends with the
 *     object; none if nothing needs it
 * @param freed what nothing would need any more without those images, containers and sessions, or what goes with the object if
 *     nothing needs it; only what has files
 * @param freedBytes length of the files of that
 */
public record Explanation(
    StoreObject object,
    long bytes,
    List<List<StoreObject>> reasons,
    List<StoreObject> freed,
    long freedBytes) {
  /** Copies the lists. */
  public Explanation {
    reasons = reasons.stream().map(List::copyOf).toList();
    freed = List.copyOf(freed);
  }
}
