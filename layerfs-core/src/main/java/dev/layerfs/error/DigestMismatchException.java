package dev.layerfs.error;

import java.io.IOException;

/** Content is not what its digest or size promised; it was discarded. */
public final class DigestMismatchException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what differs.
   *
   * @param object what was read, for example a blob's place in an archive; escaped here
   * @param expected the digest or size it should have; escaped here
   * @param actual the digest or size it has
   */
  public DigestMismatchException(String object, String expected, String actual) {
    super(Printable.of(object) + ": expected " + Printable.of(expected) + " but the content has "
        + actual);
  }
}
