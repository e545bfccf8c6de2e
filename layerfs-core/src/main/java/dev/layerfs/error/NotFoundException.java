package dev.layerfs.error;

import java.io.IOException;

/** The store has no image, container or other object of that name. */
public final class NotFoundException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what was not found.
   *
   * @param kind the kind of object, for example {@code image}
   * @param name the name that was asked for; escaped here
   */
  public NotFoundException(String kind, String name) {
    super("no such " + kind + ": " + Printable.of(name));
  }
}
