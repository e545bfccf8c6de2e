package dev.layerfs.error;

import java.io.IOException;

/** A file of the store is not what layerfs wrote there. Only the object it belongs to is affected. */
public final class StoreCorruptException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final String REMEDY = " (layerfs check --repair mends it, or says what to pull)";

  /**
   * Says which file is damaged and how, and what heals it.
   *
   * @param object the damaged object or file; escaped here
   * @param problem what is wrong; trusted text
   */
  public StoreCorruptException(String object, String problem) {
    super(Printable.of(object) + ": " + problem + REMEDY);
  }
}
