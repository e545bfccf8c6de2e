package dev.layerfs.error;

import java.io.IOException;

/** The store has an object of that name already. */
public final class AlreadyExistsException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what exists.
   *
   * @param kind the kind of object, for example {@code container}
   * @param name the name that is taken; escaped here
   */
  public AlreadyExistsException(String kind, String name) {
    super(kind + " exists already: " + Printable.of(name));
  }
}
