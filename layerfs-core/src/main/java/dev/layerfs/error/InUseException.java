package dev.layerfs.error;

import java.io.IOException;

/** An object can't be opened or removed because something else is using it. */
public final class InUseException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is in use, and by what.
   *
   * @param object the object, for example {@code container web}; escaped here
   * @param user who uses it, and what to do; trusted text
   */
  public InUseException(String object, String user) {
    super(Printable.of(object) + ": " + user);
  }
}
