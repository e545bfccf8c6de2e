package dev.layerfs;

import java.util.List;

/**
 * Why a store keeps something. Immutable.
 *
 * @param subject what it is
 * @param bytes length of its files
 * @param reasons for each image, container and session that needs it a chain of needs that begins there and ends with the
 *     object; none if nothing needs it. A volume that no container has stays until it is removed: its only reason is itself
 * @param freed what nothing would need any more without those images, containers and sessions, or what goes with the object if
 *     nothing needs it; only what has files. Of a volume only itself: its removal takes no container along
 * @param freedBytes length of the files of that
 */
public record Explanation(
    StoreObject subject,
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
