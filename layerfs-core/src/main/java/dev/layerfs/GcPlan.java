package dev.layerfs;

import java.util.List;

/**
 * What can be deleted from a store, or was. Immutable.
 *
 * @param garbage what nothing needs, in the order in which it goes
 * @param obstacles what can't be read, so that everything that it might need stays
 * @param bytes length of the files that can go, or are gone
 */
public record GcPlan(List<Garbage> garbage, List<Obstacle> obstacles, long bytes) {
  /** Copies the lists. */
  public GcPlan {
    garbage = List.copyOf(garbage);
    obstacles = List.copyOf(obstacles);
  }

  /**
   * Something that can go.
   *
   * @param subject what it is
   * @param bytes length of its files
   * @param reason why it can go
   */
  public record Garbage(StoreObject subject, long bytes, String reason) {}

  /**
   * Something damaged that says what is needed.
   *
   * @param subject what it is
   * @param problem what is wrong with it
   */
  public record Obstacle(StoreObject subject, String problem) {}
}
