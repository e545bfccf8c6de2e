package dev.layerfs.registry;

import java.time.Instant;

/**
 * An access token.
 *
 * @param value the token, of visible ASCII characters only
 * @param expires when it is no longer used
 */
record Token(String value, Instant expires) {
  boolean isFresh(Instant now) {
    return now.isBefore(expires);
  }

  /** Not the token. */
  @Override
  public String toString() {
    return "token until " + expires;
  }
}
