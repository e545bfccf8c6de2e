package dev.layerfs.error;

import java.io.IOException;

/** A well-formed image, layer or document of a kind that layerfs does not handle, such as a schema 1 manifest. */
public final class UnsupportedImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is not supported and why.
   *
   * @param object what is not supported; escaped here
   * @param reason why, and what to do instead; trusted text
   */
  public UnsupportedImageException(String object, String reason) {
    super(Printable.of(object) + ": " + reason);
  }
}
