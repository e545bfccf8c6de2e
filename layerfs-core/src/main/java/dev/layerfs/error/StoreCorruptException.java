package dev.layerfs.error;

import java.io.IOException;

/** A file of the store is not what layerfs wrote there. Only the object it belongs to is affected. */
public final class StoreCorruptException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says which file is damaged and how.
   *
   * @param object the damaged object or file; escaped here
   * @param problem what is wrong and what heals it; trusted text
   */
  public StoreCorruptException(String object, String problem) {
    super(Printable.of(object) + ": " + problem);
  }
}
