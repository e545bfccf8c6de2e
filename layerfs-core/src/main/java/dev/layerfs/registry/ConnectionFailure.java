package dev.layerfs.registry;

import dev.layerfs.error.Printable;
import java.io.IOException;

/** A connection did not come about, broke off, or delivered nothing for too long. Another attempt may succeed. */
final class ConnectionFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what failed.
   *
   * @param request what was asked; escaped here
   * @param problem what went wrong; trusted text
   */
  ConnectionFailure(String request, String problem) {
    super(Printable.of(request) + ": " + problem);
  }
}
