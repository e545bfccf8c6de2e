package dev.layerfs.store;

import java.util.List;

/**
 * Something that a check found.
 *
 * @param item what it is about
 * @param status how bad it is
 * @param problem which rule is broken, or what is to be known
 * @param dependents the images and containers that need it
 * @param remedy what to do; empty if nothing has to be done
 */
public record Finding(
    Item item, Status status, String problem, List<Item> dependents, String remedy) {
  /** How bad it is. */
  public enum Status {
    /** It is not what was stored. */
    DAMAGED,
    /** It was damaged, and is right now. */
    REPAIRED,
    /** Nothing needs it. */
    LEFTOVER,
    /** Nothing is wrong with it, but it was not looked at, or is made when it is needed. */
    NOTE
  }
}
