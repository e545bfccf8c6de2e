package dev.layerfs.error;

import java.io.IOException;

/**
 * A container with limits is not mounted, because the kernel could not be made to enforce them. Through its own file system
 * it can be used with its limits everywhere.
 */
public final class LimitsNotEnforcedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is not mounted, and why.
   *
   * @param object the object, for example {@code container web}; escaped here
   * @param reason why its limits would not be enforced; trusted text
   */
  public LimitsNotEnforcedException(String object, String reason) {
    super(Printable.of(object) + ": its limits can't be enforced: " + reason);
  }
}
